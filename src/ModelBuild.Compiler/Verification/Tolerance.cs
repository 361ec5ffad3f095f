using System.Globalization;
using ModelBuild.Compiler.Options;

namespace ModelBuild.Compiler.Verification;

/// <summary>How far the deployed model may be from the source model.</summary>
/// <param name="Absolute">Allowed |deployed - source| beside the relative part, or null when only <paramref name="Sqnr"/> counts.</param>
/// <param name="Relative">Allowed part of the largest |source| of the output.</param>
/// <param name="Sqnr">Least signal to quantisation noise ratio in decibel over all samples of an output, or null.</param>
/// <param name="Equal">Least part of the elements, 0 to 1, that are the same in an output of integers, booleans or strings; null where the numbers decide.</param>
/// <param name="OnlyEqual">Whether integers that are near as numbers must be equal too.</param>
public sealed record Tolerance(double? Absolute, double Relative, double? Sqnr, double? Equal = null, bool OnlyEqual = false)
{
    /// <summary>For exact rewrites: reassociated binary32 sums (the bound that this repository keeps against ONNX Runtime).</summary>
    public static Tolerance Exact { get; } = new(1e-4, 1e-4, null);

    /// <summary>For binary16 inputs or weights: one half-precision rounding (2^-11) at each of several dozen layers; as many pixels of a mask lie between two classes.</summary>
    public static Tolerance Half { get; } = new(1e-2, 1e-2, null, 0.99);

    /// <summary>For int8: below 10 dB an output no longer resembles its source; ordinary networks reach 20 to 30 dB (measured on residual networks). Fewer than half the choices are no resemblance either.</summary>
    public static Tolerance Int8 { get; } = new(null, 0, 10, 0.5);

    /// <summary>
    /// For a source that is itself quantised: the reference computes its real values in binary32 and the kernels compute with integers, so a value at a tie can become the next of 256 levels (48 dB);
    /// the layers behind it leave 25 to 40 dB (measured on keyword spotting networks).
    /// </summary>
    public static Tolerance Quantized { get; } = new(null, 0, 20, 0.75);

    /// <summary>For pruning, whose error only a task metric can judge: the numbers are reported and not bounded.</summary>
    public static Tolerance Reported { get; } = new(null, 0, null, 0);

    /// <summary>The default for the lossy steps chosen; what the user sets of values and of choices counts before it.</summary>
    public static Tolerance For(CompileOptions options, bool isHalf, bool isQuantized = false)
    {
        Tolerance byScheme = options.Prune is not null ? Reported : options.Quantize is not null ? Int8 : isQuantized ? Quantized : isHalf ? Half : Exact;
        if (options.Tolerance is not { } text)
        {
            return byScheme;
        }

        Tolerance given = TryParse(text) ?? throw new ArgumentException($"'{text}' is not a tolerance.", nameof(options));
        return given.Absolute is null && given.Sqnr is null ? byScheme with { Equal = given.Equal, OnlyEqual = true } : given with { Equal = given.Equal ?? byScheme.Equal };
    }

    /// <summary>Parses <c>abs=1e-4;rel=1e-3</c>, <c>sqnr=30</c> or <c>equal=0.9</c> (both of the latter too); null when the text is something else.</summary>
    public static Tolerance? TryParse(string text)
    {
        double? absolute = null;
        double relative = 0;
        double? sqnr = null;
        double? equal = null;
        foreach (string part in text.Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = part.Split('=', 2, StringSplitOptions.TrimEntries);
            if (pair.Length != 2 || !double.TryParse(pair[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value) || (value < 0 && !string.Equals(pair[0], "sqnr", StringComparison.OrdinalIgnoreCase)))
            {
                return null;
            }

            switch (pair[0].ToLowerInvariant())
            {
                case "abs":
                    absolute = value;
                    break;
                case "rel":
                    relative = value;
                    absolute ??= 0;
                    break;
                case "sqnr":
                    sqnr = value;
                    break;
                case "equal" when value <= 1:
                    equal = value;
                    break;
                default:
                    return null;
            }
        }

        return absolute is null && sqnr is null && equal is null ? null : new Tolerance(absolute, relative, sqnr, equal, equal is not null);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(";", new[]
    {
        Absolute is { } a ? string.Create(CultureInfo.InvariantCulture, $"abs={a:G4};rel={Relative:G4}") : null,
        Sqnr is { } s ? string.Create(CultureInfo.InvariantCulture, $"sqnr={s:G4}") : null,
        Equal is > 0 and { } e ? string.Create(CultureInfo.InvariantCulture, $"equal={e:G4}") : null,
    }.Where(t => t is not null)) is { Length: > 0 } text ? text : "reported only";
}
