using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Quantization;

/// <summary>A way to store and compute with fewer bits. Its name is what <c>Quantize="name"</c> says.</summary>
public interface IQuantizationScheme
{
    /// <summary>The metadata value.</summary>
    string Name { get; }

    /// <summary>What the report and the plan say about it.</summary>
    /// <param name="hasCalibration">True when calibration data is given.</param>
    string Describe(bool hasCalibration);

    /// <summary>Quantises an optimised graph of standard operators in place; the result is standard ONNX with Q/DQ pairs.</summary>
    /// <returns>Warnings.</returns>
    /// <exception cref="ModelBuildException">Calibration data is missing (MDB4001) or values are not finite (MDB4002).</exception>
    IReadOnlyList<Diagnostic> Apply(Graph graph, QuantizationContext context, CancellationToken cancellation);
}
