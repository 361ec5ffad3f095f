using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>Constants that a graph stores.</summary>
internal static class OnnxInitializers
{
    /// <summary>Adds all of them to the graph of a scope.</summary>
    public static void Add(OnnxBuild build, GraphProto proto, OnnxScope scope)
    {
        foreach (TensorProto initializer in proto.Initializer)
        {
            build.Cancellation.ThrowIfCancellationRequested();
            Define(initializer.Name, build.Tensors.Read(initializer, initializer.Name));
        }

        foreach (SparseTensorProto initializer in proto.SparseInitializer)
        {
            string name = initializer.Values?.Name ?? "";
            Define(name, build.Tensors.ReadSparse(initializer, name));
        }

        void Define(string name, Tensor tensor)
        {
            if (name.Length == 0 || !scope.Define(name, scope.Target.AddConstant(scope.NameInTarget(name), tensor)))
            {
                throw OnnxErrors.Invalid(name.Length == 0 ? "An initializer has no name." : $"Initializer '{name}' is given twice.");
            }
        }
    }
}
