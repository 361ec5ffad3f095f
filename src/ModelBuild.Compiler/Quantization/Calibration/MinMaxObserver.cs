using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;

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
    /// <param name="tensor">The value's elements in that sample.</param>
    /// <param name="sample">Number of the sample, counted from 0, for errors.</param>
    /// <exception cref="ModelBuildException">An element is not finite (MDB4002).</exception>
    public void Observe(Tensor tensor, int sample)
    {
        foreach (float value in tensor.Span<float>())
        {
            if (!float.IsFinite(value))
            {
                throw new ModelBuildException(Diagnostic.InSetting(
                    Descriptors.NonFiniteValue,
                    MetadataNames.CalibrationData,
                    FormattableString.Invariant($"Value '{name}' becomes {value} in sample {sample} of the calibration data (counted from 0): no range can be taken from it. Check the data, or keep the nodes before it in float with QuantizeExclude.")));
            }

            Minimum = Math.Min(Minimum, value);
            Maximum = Math.Max(Maximum, value);
        }
    }
}
