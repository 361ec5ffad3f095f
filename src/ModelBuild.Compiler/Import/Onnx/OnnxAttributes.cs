using System.Text;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using Kind = ModelBuild.Compiler.Import.Onnx.Wire.AttributeProto.Types.AttributeType;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>Stored attributes to <see cref="AttributeValue"/>; subgraphs are built by the caller.</summary>
internal static class OnnxAttributes
{
    /// <summary>The attribute's type; told from its fields where an old model does not state it.</summary>
    /// <exception cref="ModelBuildException">Type and fields contradict each other (MDB2003).</exception>
    public static Kind KindOf(AttributeProto attribute, string node)
    {
        List<Kind> present = [];
        Add(attribute.HasF, Kind.Float);
        Add(attribute.HasI, Kind.Int);
        Add(attribute.HasS, Kind.String);
        Add(attribute.T is not null, Kind.Tensor);
        Add(attribute.G is not null, Kind.Graph);
        Add(attribute.Floats.Count > 0, Kind.Floats);
        Add(attribute.Ints.Count > 0, Kind.Ints);
        Add(attribute.Strings.Count > 0, Kind.Strings);
        Add(attribute.Tensors.Count > 0, Kind.Tensors);
        Add(attribute.Graphs.Count > 0, Kind.Graphs);
        Add(attribute.SparseTensor is not null, Kind.SparseTensor);
        Add(attribute.SparseTensors.Count > 0, Kind.SparseTensors);
        Add(attribute.Tp is not null, Kind.TypeProto);
        Add(attribute.TypeProtos.Count > 0, Kind.TypeProtos);

        // Early exporters wrote every scalar field with its default value beside the one that counts.
        if (attribute.Type != Kind.Undefined && present.Count > 1)
        {
            present.RemoveAll(k => k != attribute.Type && IsDefault(attribute, k));
        }

        Kind kind = attribute.Type != Kind.Undefined ? attribute.Type : present.Count == 1 ? present[0] : Kind.Undefined;
        if (kind == Kind.Undefined || present.Any(k => k != kind))
        {
            string found = present.Count == 0 ? "nothing" : string.Join(", ", present);
            throw new ModelBuildException(Diagnostic.At(Descriptors.InvalidNode, node, $"Attribute '{attribute.Name}' of '{node}' is of type {attribute.Type} but holds {found}."));
        }

        return kind;

        void Add(bool there, Kind which)
        {
            if (there)
            {
                present.Add(which);
            }
        }
    }

    /// <summary>The value of an attribute that is no subgraph.</summary>
    /// <exception cref="ModelBuildException">The attribute's type is not supported (MDB2002), or its tensor is refused.</exception>
    public static AttributeValue Read(AttributeProto attribute, Kind kind, OnnxTensorReader tensors, string node) => kind switch
    {
        Kind.Float => new FloatAttribute(attribute.F),
        Kind.Int => new IntAttribute(attribute.I),
        Kind.String => new StringAttribute(attribute.S.ToString(Encoding.UTF8)),
        Kind.Tensor when attribute.T is not null => new TensorAttribute(tensors.Read(attribute.T, $"{node}.{attribute.Name}")),
        Kind.SparseTensor when attribute.SparseTensor is not null => new TensorAttribute(tensors.ReadSparse(attribute.SparseTensor, $"{node}.{attribute.Name}")),
        Kind.Floats => new FloatsAttribute([.. attribute.Floats]),
        Kind.Ints => new IntsAttribute([.. attribute.Ints]),
        Kind.Strings => new StringsAttribute([.. attribute.Strings.Select(s => s.ToString(Encoding.UTF8))]),
        Kind.Tensor or Kind.SparseTensor or Kind.Graph => throw new ModelBuildException(Diagnostic.At(
            Descriptors.InvalidNode, node, $"Attribute '{attribute.Name}' of '{node}' is of type {kind} but holds nothing.")),
        _ => throw new ModelBuildException(Diagnostic.At(
            Descriptors.UnsupportedAttribute, node, $"Attribute '{attribute.Name}' of '{node}' is of type {kind}, which is not supported.")),
    };

    private static bool IsDefault(AttributeProto attribute, Kind kind) => kind switch
    {
        Kind.Float => attribute.F == 0,
        Kind.Int => attribute.I == 0,
        Kind.String => attribute.S.IsEmpty,
        _ => false,
    };
}
