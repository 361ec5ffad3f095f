using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Quantization;

/// <summary>Symmetric int8 weights per output channel, -127 to 127: -128 would break the bound that keeps accumulators in 32 bits.</summary>
public static class WeightQuantizer
{
    private const int Limit = 127;

    /// <summary>Quantises along one axis.</summary>
    /// <param name="node">Reads the weights; for errors.</param>
    /// <param name="weights">binary32.</param>
    /// <param name="axis">The output channel's axis.</param>
    /// <returns>int8 weights of the same shape, and one positive scale per channel.</returns>
    /// <exception cref="ModelBuildException">A weight is not finite (MDB4002).</exception>
    public static (Tensor Weights, float[] Scales) Quantize(Node node, Tensor weights, int axis)
    {
        ReadOnlySpan<float> values = weights.Span<float>();
        int channels = (int)weights.Dims[axis];
        int inner = ElementsBehind(weights, axis);
        double[] largest = new double[channels];
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                throw new ModelBuildException(Diagnostic.At(Descriptors.NonFiniteValue, node.Name, $"{node.OpType} '{node.Name}' has a weight of {values[i]}, which cannot be quantised. Export the model again, or name the node in QuantizeExclude."));
            }

            int channel = i / inner % channels;
            largest[channel] = Math.Max(largest[channel], Math.Abs(values[i]));
        }

        // A channel of zeros keeps a scale beside its neighbours', so that its bias still fits 32 bits.
        double fallback = Math.Max(largest.Max() / 256, 1e-8);
        float[] scales = [.. largest.Select(m => (float)((m == 0 ? fallback : m) / Limit))];
        return (Quantize(weights, axis, scales), scales);
    }

    /// <summary>Quantises along one axis with given scales.</summary>
    /// <param name="weights">binary32, finite.</param>
    /// <param name="axis">The output channel's axis.</param>
    /// <param name="scales">One positive scale per channel.</param>
    /// <returns>int8 weights of the same shape.</returns>
    public static Tensor Quantize(Tensor weights, int axis, ReadOnlySpan<float> scales)
    {
        ReadOnlySpan<float> values = weights.Span<float>();
        int inner = ElementsBehind(weights, axis);
        Tensor quantized = new(DType.I8, weights.Dims);
        Span<sbyte> target = quantized.MutableSpan<sbyte>();
        for (int i = 0; i < values.Length; i++)
        {
            target[i] = (sbyte)Math.Clamp(MathF.Round(values[i] / scales[i / inner % scales.Length], MidpointRounding.ToEven), -Limit, Limit);
        }

        return quantized;
    }

    /// <summary>The elements of the axes behind one: neighbours that belong to one channel.</summary>
    internal static int ElementsBehind(Tensor weights, int axis)
    {
        int inner = 1;
        for (int i = axis + 1; i < weights.Rank; i++)
        {
            inner *= (int)weights.Dims[i];
        }

        return inner;
    }
}
