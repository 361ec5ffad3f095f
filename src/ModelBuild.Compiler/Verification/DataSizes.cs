using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Verification;

/// <summary>Reads from a file of samples which sizes they have, for a model whose sizes are given with every call.</summary>
public static class DataSizes
{
    /// <summary>The sizes of the samples, in the order of <paramref name="dims"/>.</summary>
    /// <param name="graph">Its inputs have the symbolic shapes of the model.</param>
    /// <param name="fault">Code to report with.</param>
    /// <exception cref="ModelBuildException">The file cannot be read, has no array for a size, or samples of a size that the model does not allow.</exception>
    public static IReadOnlyList<long> Find(string path, Graph graph, IReadOnlyList<PlanDim> dims, DiagnosticDescriptor fault)
    {
        string file = Path.GetFileName(path);
        IReadOnlyDictionary<string, Tensor> arrays = SampleSet.Arrays(path, fault);

        return [.. dims.Select(dim =>
        {
            long size = graph.Inputs.Select(i => SizeIn(i, arrays, graph.Inputs.Count, dim.Name)).FirstOrDefault(s => s is not null) ?? throw new ModelBuildException(Diagnostic.InFile(
                fault, path, $"'{file}' has no array that tells the size '{dim.Name}'. Name the arrays like the model's inputs, with the samples along the first axis."));
            bool isAllowed = size >= dim.Minimum && size <= dim.Maximum && (size - dim.Minimum) % dim.Step == 0;
            return isAllowed ? size : throw new ModelBuildException(Diagnostic.InFile(
                fault, path, $"'{file}' has samples with {dim.Name}={size}, which Dims does not allow. Give samples of an allowed size, or a wider range."));
        })];
    }

    // The samples lie along an axis before those of the input, or along the input's own first axis where that is a batch.
    private static long? SizeIn(Value input, IReadOnlyDictionary<string, Tensor> arrays, int inputCount, string symbol)
    {
        Tensor? array = arrays.TryGetValue(input.Name, out Tensor? named) ? named : inputCount == 1 && arrays.TryGetValue("x", out Tensor? only) ? only : inputCount == 1 && arrays.Count == 1 ? arrays.Values.First() : null;
        if (array is null || input.Type.Shape is not { } shape)
        {
            return null;
        }

        int axis = shape.ToList().FindIndex(d => d.Symbol == symbol);
        int shift = array.Rank - shape.Rank;
        return axis >= 0 && shift is 0 or 1 && (axis > 0 || shift == 1) ? array.Dims[axis + shift] : null;
    }
}
