using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>Declared types to <see cref="TensorType"/>.</summary>
internal static class OnnxTypes
{
    /// <summary>The element type of an ONNX number, or null when the IR has none for it.</summary>
    public static DType? ElementType(int number) => number != 0 && Enum.IsDefined((DType)number) ? (DType)number : null;

    /// <summary>Name of an ONNX element type for messages.</summary>
    public static string NameOf(int number) => Enum.IsDefined((TensorProto.Types.DataType)number) ? ((TensorProto.Types.DataType)number).ToString().ToUpperInvariant() : $"number {number}";

    /// <summary>The type of a model input. Missing dimensions become symbols of their own, <c>x_dim0</c>.</summary>
    /// <exception cref="ModelBuildException">No tensor, or an element type that is not supported (MDB3003).</exception>
    public static TensorType OfInput(ValueInfoProto info, HashSet<string> symbols)
    {
        if (info.Type is null || info.Type.ValueCase == TypeProto.ValueOneofCase.None)
        {
            throw Unsupported($"Input '{info.Name}' has no type. Export the model with typed inputs.");
        }

        if (info.Type.ValueCase != TypeProto.ValueOneofCase.TensorType)
        {
            throw Unsupported($"Input '{info.Name}' is sparse or of a type that ONNX does not have. Export the model with dense tensors as inputs.");
        }

        int number = info.Type.TensorType.ElemType;
        DType dtype = ElementType(number) ?? throw Unsupported($"Input '{info.Name}' has element type {NameOf(number)}, which is not supported.");
        return new TensorType(dtype, ShapeOf(info.Type.TensorType.Shape, info.Name, symbols));
    }

    /// <summary>The type of an element of a sequence or optional. Its free sizes are its own, <c>x_0_dim0</c>: those of other elements may differ.</summary>
    /// <exception cref="ModelBuildException">An element type that is not supported (MDB3003).</exception>
    public static TensorType OfElement(TypeProto type, string name, HashSet<string> symbols)
    {
        int number = type.TensorType.ElemType;
        DType dtype = ElementType(number) ?? throw Unsupported($"Input '{name}' has element type {NameOf(number)}, which is not supported.");
        TensorShapeProto? shape = type.TensorType.Shape?.Clone();
        foreach (TensorShapeProto.Types.Dimension dim in shape?.Dim.Where(d => d.HasDimParam) ?? [])
        {
            dim.ClearDimParam();
        }

        return new TensorType(dtype, ShapeOf(shape, name, symbols));
    }

    /// <summary>The type of a subgraph's input or of a node's output as far as it is declared.</summary>
    public static TensorType AsDeclared(ValueInfoProto info, HashSet<string> symbols)
    {
        if (info.Type is null || info.Type.ValueCase != TypeProto.ValueOneofCase.TensorType || ElementType(info.Type.TensorType.ElemType) is not { } dtype)
        {
            return TensorType.Unknown;
        }

        return new TensorType(dtype, ShapeOf(info.Type.TensorType.Shape, info.Name, symbols));
    }

    /// <summary>Adds the symbols that a model's author gave, so that fresh ones differ.</summary>
    public static void CollectSymbols(IEnumerable<ValueInfoProto> infos, HashSet<string> symbols)
    {
        foreach (ValueInfoProto info in infos)
        {
            if (info.Type?.TensorType?.Shape is { } shape)
            {
                symbols.UnionWith(shape.Dim.Where(d => d.HasDimParam).Select(d => d.DimParam));
            }
        }
    }

    private static Shape? ShapeOf(TensorShapeProto? shape, string name, HashSet<string> symbols)
    {
        if (shape is null)
        {
            return null;
        }

        Dim[] dims = new Dim[shape.Dim.Count];
        for (int i = 0; i < dims.Length; i++)
        {
            TensorShapeProto.Types.Dimension dim = shape.Dim[i];

            // Exporters write -1, "?" and "-1" for a size they do not know.
            if (dim.HasDimValue && dim.DimValue >= 0)
            {
                dims[i] = dim.DimValue;
            }
            else if (dim.HasDimParam && dim.DimParam is not ("" or "?" or "-1" or "None"))
            {
                dims[i] = new Dim(dim.DimParam);
            }
            else
            {
                string symbol = $"{name}_dim{i}";
                while (!symbols.Add(symbol))
                {
                    symbol += "_";
                }

                dims[i] = new Dim(symbol);
            }
        }

        return new Shape(dims);
    }

    private static ModelBuildException Unsupported(string message) => new(Diagnostic.Of(Descriptors.UnsupportedType, message));
}
