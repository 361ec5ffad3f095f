using System.Diagnostics;

namespace ModelBuild.Benchmarks;

/// <summary>Times of one side.</summary>
/// <param name="Median">Median microseconds of one call.</param>
/// <param name="Minimum">Smallest microseconds of one call.</param>
/// <param name="Allocated">Managed bytes that one call allocates.</param>
internal sealed record Timing(double Median, double Minimum, double Allocated)
{
    // Long enough for the clock's resolution to be under 0.1 %, short enough to fall between two interrupts.
    private const double SampleSeconds = 100e-6;
    private const int LeastSamples = 5;

    /// <summary>Measures two sides in turns, so that a change of the processor's clock or load meets both.</summary>
    public static (Timing First, Timing Second) Interleaved(Action first, Action second, double seconds) => Interleaved([first, second], seconds) is [var one, var other] ? (one, other) : default;

    /// <summary>Measures any number of sides in turns.</summary>
    public static Timing[] Interleaved(Action[] sides, double seconds)
    {
        int[] calls = [.. sides.Select(side => WarmUp(side, seconds))];
        long[] bytes = new long[sides.Length];
        List<double>[] times = [.. sides.Select(_ => new List<double>())];
        long end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        while (times[0].Count < LeastSamples || Stopwatch.GetTimestamp() < end)
        {
            for (int i = 0; i < sides.Length; i++)
            {
                times[i].Add(Sample(sides[i], calls[i], ref bytes[i]));
            }
        }

        return [.. times.Select((side, i) => Of(side, (double)bytes[i] / calls[i] / side.Count))];
    }

    // Until the tiered compiler is done; returns the number of calls that fill one sample.
    private static int WarmUp(Action run, double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        int calls = 0;
        do
        {
            run();
            calls++;
            if (calls is 30 or 60)
            {
                Thread.Sleep(150);
            }
        }
        while (calls < LeastSamples || (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds / 4 && calls < 100_000));

        return CallsOfSample(run);
    }

    // A single call can be shorter than the clock shows.
    private static int CallsOfSample(Action run)
    {
        for (int calls = 1; ; calls *= 2)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < calls; i++)
            {
                run();
            }

            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (seconds >= SampleSeconds / 2)
            {
                return Math.Max(1, (int)(calls * SampleSeconds / seconds));
            }
        }
    }

    private static double Sample(Action run, int calls, ref long bytes)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            run();
        }

        double microseconds = Stopwatch.GetElapsedTime(start).TotalMicroseconds / calls;
        bytes += GC.GetAllocatedBytesForCurrentThread() - allocated;
        return microseconds;
    }

    private static Timing Of(List<double> times, double allocated)
    {
        times.Sort();
        return new Timing(times[times.Count / 2], times[0], allocated);
    }
}
