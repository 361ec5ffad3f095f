using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>What the integer forms of Conv and Gemm have in common: input, weight and output quantisation, and the activation of a float output.</summary>
/// <param name="XScale">Scale of the uint8 input.</param>
/// <param name="XZeroPoint">Zero point of the input.</param>
/// <param name="WScales">Scales of the int8 weights, one or one per output channel.</param>
/// <param name="YScale">Scale of the uint8 output, or 0 for a binary32 output.</param>
/// <param name="YZeroPoint">Zero point of the output.</param>
/// <param name="YMin">Smallest output: a fused Relu or Clip.</param>
/// <param name="YMax">Largest output.</param>
/// <param name="Activation">Activation function of a binary32 output.</param>
/// <param name="Alpha">Its first parameter.</param>
/// <param name="Beta">Its second parameter.</param>
public sealed record QuantizedLinearAttributes(
    float XScale, int XZeroPoint, float[] WScales, float YScale, int YZeroPoint, int YMin, int YMax, Activation Activation, float Alpha, float Beta)
{
    /// <summary>Zero points of the weights, one per output channel; null where all are 0.</summary>
    public int[]? WZeroPoints { get; init; }

    /// <summary>True when the output is uint8.</summary>
    public bool IsQuantizedOutput => YScale > 0;

    /// <summary>Reads a node's attributes.</summary>
    public static QuantizedLinearAttributes Of(AttributeMap map) => new(
        map.GetFloat("x_scale", 1), (int)map.GetInt("x_zero_point", 0), map.TryGet("w_scales", out FloatsAttribute? w) ? w.Values : [1f], map.GetFloat("y_scale", 0),
        (int)map.GetInt("y_zero_point", 0), (int)map.GetInt("y_min", 0), (int)map.GetInt("y_max", 255),
        Enum.Parse<Activation>(map.GetString("activation", nameof(Activation.None))), map.GetFloat("alpha", 0), map.GetFloat("beta", 0))
    {
        WZeroPoints = map.GetInts("w_zero_points")?.Select(z => (int)z).ToArray(),
    };

    /// <summary>Writes them to a node.</summary>
    public void Write(AttributeMap map)
    {
        map["x_scale"] = new FloatAttribute(XScale);
        map["x_zero_point"] = new IntAttribute(XZeroPoint);
        map["w_scales"] = new FloatsAttribute(WScales);
        map["y_scale"] = new FloatAttribute(YScale);
        map["y_zero_point"] = new IntAttribute(YZeroPoint);
        map["y_min"] = new IntAttribute(YMin);
        map["y_max"] = new IntAttribute(YMax);
        map["activation"] = new StringAttribute(Activation.ToString());
        map["alpha"] = new FloatAttribute(Alpha);
        map["beta"] = new FloatAttribute(Beta);
        if (WZeroPoints is not null)
        {
            map["w_zero_points"] = new IntsAttribute([.. WZeroPoints.Select(z => (long)z)]);
        }
    }

    /// <summary>The factors from accumulator to output, computed in binary64 and rounded once.</summary>
    public float[] OutputScales(int channels) =>
        [.. Enumerable.Range(0, channels).Select(c => (float)((double)XScale * WScales[WScales.Length == 1 ? 0 : c] / (IsQuantizedOutput ? YScale : 1)))];

    /// <summary>One accumulator to a byte: round half to even, saturate.</summary>
    public byte ToByte(int accumulator, float scale) =>
        (byte)Math.Clamp(MathF.Round(accumulator * scale, MidpointRounding.ToEven) + YZeroPoint, YMin, YMax);
}
