using System.Globalization;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Verification;

/// <summary>How one output of the deployed model differs from the source model, over all samples.</summary>
/// <param name="Name">Output's name in the model.</param>
/// <param name="MaxAbsolute">Largest |deployed - source|.</param>
/// <param name="MaxRelative">Largest |deployed - source| divided by the largest |source| of the output.</param>
/// <param name="Sqnr">10 log10 of source energy over error energy in decibel; infinite when equal.</param>
/// <param name="Cosine">Cosine of the angle between source and deployed outputs.</param>
/// <param name="Worst">Text of the worst element: index, source and deployed value.</param>
/// <param name="Equal">Part of the elements that are the same, 0 to 1.</param>
/// <param name="IsChoice">
/// Whether the elements are integers, booleans or strings: what a model has chosen, such as a class, where one other choice is as wrong as any.
/// </param>
public sealed record OutputError(string Name, double MaxAbsolute, double MaxRelative, double Sqnr, double Cosine, string Worst, double Equal, bool IsChoice)
{
    /// <summary>The largest finite value of an output over samples, 0 for strings.</summary>
    public static double ScaleOf(IEnumerable<Tensor> values) =>
        values.Where(v => v.DType != DType.String).SelectMany(v => v.ToDoubleArray()).Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();

    /// <summary>Compares samples of one output; strings that differ differ infinitely.</summary>
    public static OutputError Measure(string name, IEnumerable<(Tensor Source, Tensor Deployed)> pairs)
    {
        double maxAbsolute = 0;
        double scale = 0;
        double signal = 0;
        double noise = 0;
        double dot = 0;
        double energy = 0;
        string worst = "";
        bool isChoice = false;
        long count = 0;
        long equal = 0;
        int sample = 0;
        foreach ((Tensor source, Tensor deployed) in pairs)
        {
            isChoice = !DTypes.IsFloat(source.DType);
            count += source.Count;
            if (source.DType == DType.String)
            {
                string[] texts = source.ToStringArray();
                string[] others = deployed.ToStringArray();
                int[] differing = [.. Enumerable.Range(0, texts.Length).Where(i => texts[i] != others[i])];
                equal += texts.Length - differing.Length;
                if (differing is [int different, ..] && maxAbsolute == 0)
                {
                    (maxAbsolute, noise) = (double.PositiveInfinity, double.PositiveInfinity);
                    worst = string.Create(CultureInfo.InvariantCulture, $"sample {sample}, element {different}: source '{texts[different]}', deployed '{others[different]}'");
                }

                sample++;
                continue;
            }

            double[] expected = source.ToDoubleArray();

            // A plan holds what C# has no type for by its bits.
            double[] actual = (DTypes.StorageOf(source.DType) == deployed.DType ? deployed.As(source.DType) : deployed).ToDoubleArray();
            for (int i = 0; i < expected.Length; i++)
            {
                double e = expected[i];
                double a = actual[i];
                if (e.Equals(a))
                {
                    equal++;
                    if (double.IsFinite(e))
                    {
                        scale = Math.Max(scale, Math.Abs(e));
                        signal += e * e;
                        dot += e * a;
                        energy += a * a;
                    }

                    continue;
                }

                // A NaN or infinity that only one side has is an infinite difference.
                double difference = double.IsFinite(e) && double.IsFinite(a) ? Math.Abs(a - e) : double.PositiveInfinity;
                if (difference > maxAbsolute)
                {
                    maxAbsolute = difference;
                    worst = string.Create(CultureInfo.InvariantCulture, $"sample {sample}, element {i}: source {e:G9}, deployed {a:G9}");
                }

                scale = double.IsFinite(e) ? Math.Max(scale, Math.Abs(e)) : scale;
                signal += e * e;
                noise += difference * difference;
                dot += e * a;
                energy += a * a;
            }

            sample++;
        }

        double relative = maxAbsolute == 0 ? 0 : scale == 0 ? double.PositiveInfinity : maxAbsolute / scale;
        double sqnr = noise == 0 ? double.PositiveInfinity : 10 * Math.Log10(signal / noise);
        double cosine = signal == 0 || energy == 0 ? (signal == energy ? 1 : 0) : dot / Math.Sqrt(signal * energy);
        return new OutputError(name, maxAbsolute, relative, sqnr, cosine, worst, count == 0 ? 1 : (double)equal / count, isChoice);
    }

    /// <summary>The worst of both in every measure.</summary>
    public OutputError Worse(OutputError other)
    {
        OutputError larger = other.MaxAbsolute > MaxAbsolute ? other : this;
        return larger with
        {
            MaxRelative = Math.Max(MaxRelative, other.MaxRelative),
            Sqnr = Math.Min(Sqnr, other.Sqnr),
            Cosine = Math.Min(Cosine, other.Cosine),
            Equal = Math.Min(Equal, other.Equal),
        };
    }

    /// <summary>What exceeds the tolerance, or null. Choices may be near as numbers or equal often enough.</summary>
    public string? Violation(Tolerance tolerance, double scale)
    {
        FormattableString? fault = null;
        if (IsChoice && tolerance.Equal is { } least)
        {
            bool isNear = !tolerance.OnlyEqual && (Sqnr >= tolerance.Sqnr || MaxAbsolute <= tolerance.Absolute + (tolerance.Relative * scale));
            fault = Equal >= least || isNear ? null : (FormattableString)$"{Equal:P1} of what it chooses is the same, {least:P0} wanted ({tolerance}); {Worst}";
        }
        else if (double.IsInfinity(MaxAbsolute))
        {
            fault = $"a value is not finite, or a string is another; {Worst}";
        }
        else if (tolerance.Absolute is { } absolute && MaxAbsolute > absolute + (tolerance.Relative * scale))
        {
            fault = $"largest difference {MaxAbsolute:G4} > {absolute + (tolerance.Relative * scale):G4} allowed ({tolerance}); {Worst}";
        }
        else if (tolerance.Sqnr is { } sqnr && Sqnr < sqnr)
        {
            fault = $"signal to noise ratio {Sqnr:F1} dB < {sqnr:F1} dB allowed; {Worst}";
        }

        return fault is null ? null : FormattableString.Invariant(fault);
    }
}
