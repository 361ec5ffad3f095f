using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Quantization.Calibration;

/// <summary>The smallest and largest element that a value had in any sample.</summary>
/// <param name="name">Name of the value, for errors.</param>
public sealed class MinMaxObserver(string name)
{
    /// <summary>Smallest element so far.</summary>
    public float Minimum { get; private set; } = float.PositiveInfinity;

    /// <summary>Largest element so far.</summary>
    public float Maximum { get; private set; } = float.NegativeInfinity;

    /// <summary>Takes in one sample.</summary>
    /// <exception cref="ModelBuildException">An element is not finite (MDB4002).</exception>
    public void Observe(Tensor tensor)
    {
        foreach (float value in tensor.Span<float>())
        {
            if (!float.IsFinite(value))
            {
                throw new ModelBuildException(Diagnostic.Of(
                    Descriptors.NonFiniteValue, $"Value '{name}' becomes {value} on the calibration data: no range can be taken from it. Check the data, or keep the nodes before it in float with QuantizeExclude."));
            }

            Minimum = Math.Min(Minimum, value);
            Maximum = Math.Max(Maximum, value);
        }
    }
}
