namespace ModelBuild.Compiler.Quantization;

/// <summary>Scale and zero point of a tensor: real = scale x (q - zero point), q from 0 to 255.</summary>
/// <param name="Scale">Positive.</param>
/// <param name="ZeroPoint">0 to 255; real 0 is exactly representable.</param>
public readonly record struct QuantParams(float Scale, byte ZeroPoint)
{
    private const double Levels = 255;

    /// <summary>A range narrower than this part of a unit counts as constant; its own magnitude becomes the range.</summary>
    private const double MinimumRange = 1e-12;

    /// <summary>Asymmetric 8-bit parameters of a range (ONNX QuantizeLinear; the range is widened to hold 0).</summary>
    public static QuantParams FromRange(double minimum, double maximum)
    {
        double low = Math.Min(0, minimum);
        double high = Math.Max(0, maximum);
        if (high - low < MinimumRange)
        {
            high = Math.Max(Math.Max(Math.Abs(low), high), 1e-8);
            low = 0;
        }

        float scale = (float)((high - low) / Levels);
        double zero = Math.Round(-low / scale, MidpointRounding.ToEven);
        return new QuantParams(scale, (byte)Math.Clamp(zero, 0, Levels));
    }
}
