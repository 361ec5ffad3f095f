using System.Globalization;
using ModelBuild.Compiler.Options;

namespace ModelBuild.Compiler.Verification;

/// <summary>How far the deployed model may be from the source model.</summary>
/// <param name="Absolute">Allowed |deployed - source| beside the relative part, or null when only <paramref name="Sqnr"/> counts.</param>
/// <param name="Relative">Allowed part of the largest |source| of the output.</param>
/// <param name="Sqnr">Least signal to quantisation noise ratio in decibel over all samples of an output, or null.</param>
public sealed record Tolerance(double? Absolute, double Relative, double? Sqnr)
{
    /// <summary>For exact rewrites: reassociated binary32 sums (the bound that this repository keeps against ONNX Runtime).</summary>
    public static Tolerance Exact { get; } = new(1e-4, 1e-4, null);

    /// <summary>For binary16 inputs or weights: one half-precision rounding (2^-11) at each of several dozen layers.</summary>
    public static Tolerance Half { get; } = new(1e-2, 1e-2, null);

    /// <summary>For int8: below 10 dB an output no longer resembles its source; ordinary networks reach 20 to 30 dB (measured on residual networks).</summary>
    public static Tolerance Int8 { get; } = new(null, 0, 10);

    /// <summary>
    /// For a source that is itself quantised: the reference computes its real values in binary32 and the kernels compute with integers, so a value at a tie can become the next of 256 levels (48 dB);
    /// the layers behind it leave 25 to 40 dB (measured on keyword spotting networks).
    /// </summary>
    public static Tolerance Quantized { get; } = new(null, 0, 20);

    /// <summary>For pruning, whose error only a task metric can judge: the numbers are reported and not bounded.</summary>
    public static Tolerance Reported { get; } = new(null, 0, null);

    /// <summary>The default for the lossy steps chosen.</summary>
    public static Tolerance For(CompileOptions options, bool isHalf, bool isQuantized = false)
    {
        if (options.Tolerance is { } text)
        {
            return TryParse(text) ?? throw new ArgumentException($"'{text}' is not a tolerance.", nameof(options));
        }

        return options.Prune is not null ? Reported : options.Quantize is not null ? Int8 : isQuantized ? Quantized : isHalf ? Half : Exact;
    }

    /// <summary>Parses <c>abs=1e-4;rel=1e-3</c> or <c>sqnr=30</c>; null when the text is something else.</summary>
    public static Tolerance? TryParse(string text)
    {
        double? absolute = null;
        double relative = 0;
        double? sqnr = null;
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
                default:
                    return null;
            }
        }

        return absolute is null && sqnr is null ? null : new Tolerance(absolute, relative, sqnr);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(";", new[]
    {
        Absolute is { } a ? string.Create(CultureInfo.InvariantCulture, $"abs={a:G4};rel={Relative:G4}") : null,
        Sqnr is { } s ? string.Create(CultureInfo.InvariantCulture, $"sqnr={s:G4}") : null,
    }.Where(t => t is not null)) is { Length: > 0 } text ? text : "reported only";
}
