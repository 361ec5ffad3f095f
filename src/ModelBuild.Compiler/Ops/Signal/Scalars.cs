using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Signal;

/// <summary>Inputs of one number.</summary>
internal static class Scalars
{
    /// <summary>An integer.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">The tensor holds another type (MDB2003) or number of elements (MDB3002).</exception>
    public static long Integer(Node node, int input, Tensor tensor) => tensor.Count == 1 ? Elements.Integers(node, input, tensor)[0] : throw Count(node, input, tensor);

    /// <summary>A number.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">The tensor holds another number of elements (MDB3002).</exception>
    public static double Number(Node node, int input, Tensor tensor) => tensor.Count == 1 ? tensor.ToDoubleArray()[0] : throw Count(node, input, tensor);

    private static Exception Count(Node node, int input, Tensor tensor) => NodeErrors.Shape(node, $"input {input} has {tensor.Count} elements; one is needed.");
}
