using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Conv;

public sealed unsafe class RowBandsTests
{
    private const int LineLength = 3;
    private const int RowsOfTable = 11;

    // Threads are woken for as much work.
    private const long MuchWork = long.MaxValue / 2;

    public static TheoryData<int, int, int, int> Windows => new()
    {
        { 1, 1, 0, 0 },
        { 3, 1, 1, 1 },
        { 3, 1, 2, 2 },
        { 3, 2, 1, 0 },
        { 3, 2, 0, 1 },
        { 5, 1, 2, 2 },
        { 2, 3, 0, 0 },
        { 7, 2, 3, 3 },
    };

    [Theory]
    [MemberData(nameof(Windows))]
    public void EveryRowIsThatOfItsWindowAndNoLineIsComputedTwice(int reach, int stride, int padTop, int padBottom)
    {
        for (int lines = Math.Max(1, reach - padTop - padBottom); lines < RowsOfTable; lines++)
        {
            int rows = ((lines + padTop + padBottom - reach) / stride) + 1;
            for (int bandRows = 1; bandRows <= rows; bandRows++)
            {
                int[] calls = Run(lines, rows, bandRows, reach, stride, padTop);
                Assert.All(calls, count => Assert.InRange(count, 0, 1));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void ThreadsComputeTheSameRows(int reach, int stride, int padTop, int padBottom)
    {
        for (int threads = 1; threads <= 5; threads++)
        {
            using var team = new ThreadTeam(threads);
            team.State.Policy.IsEager = true;
            using ThreadScope scope = team.Use();
            for (int lines = Math.Max(1, reach - padTop - padBottom); lines < RowsOfTable; lines++)
            {
                int rows = ((lines + padTop + padBottom - reach) / stride) + 1;
                for (int bandRows = 1; bandRows <= rows; bandRows++)
                {
                    Run(lines, rows, bandRows, reach, stride, padTop);
                }
            }
        }
    }

    /// <summary>Checks the rows; tells how often each line was computed.</summary>
    private static int[] Run(int lines, int rows, int bandRows, int reach, int stride, int padTop)
    {
        int linesLength = Math.Min(lines, ((bandRows - 1) * stride) + reach) * LineLength;
        using var scratch = new GuardedMemory<float>(linesLength + bandRows);
        scratch.Span.Fill(float.NaN);
        int[] calls = new int[lines];
        float[] sums = new float[rows];
        fixed (float* scratchp = scratch.Span, sumsp = sums)
        {
            fixed (int* callsp = calls)
            {
                var bands = new RowBands<Sums>
                {
                    Chain = new Sums(callsp, sumsp, reach, stride, padTop),
                    Lines = lines,
                    LineLength = LineLength,
                    Rows = rows,
                    BandRows = bandRows,
                    Reach = reach,
                    Stride = stride,
                    PadTop = padTop,
                    MemoryLength = bandRows,
                };
                bands.Run(scratchp, MuchWork);
            }
        }

        for (int row = 0; row < rows; row++)
        {
            int top = (row * stride) - padTop;
            float expected = Enumerable.Range(top, reach).Where(line => line >= 0 && line < lines).Sum(Line);
            Assert.Equal(expected, sums[row]);
        }

        return calls;
    }

    private static float Line(int line) => (line * line) + 1;

    /// <summary>Lines of one number each, whose sums over windows are the rows.</summary>
    private readonly struct Sums(int* calls, float* sums, int reach, int stride, int padTop) : IBandedChain
    {
        public void Inner(int first, int end, float* lines)
        {
            for (int line = first; line < end; line++)
            {
                Interlocked.Increment(ref calls[line]);
                new Span<float>(lines + ((line - first) * LineLength), LineLength).Fill(Line(line));
            }
        }

        public void Outer(int row, int rows, float* lines, int first, int end, float* memory)
        {
            new Span<float>(memory, rows).Clear();
            for (int i = 0; i < rows; i++)
            {
                int top = ((row + i) * stride) - padTop;
                for (int line = Math.Max(top, first); line < Math.Min(top + reach, end); line++)
                {
                    memory[i] += lines[((line - first) * LineLength) + LineLength - 1];
                }

                sums[row + i] = memory[i];
            }
        }
    }
}
