using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using static ModelBuild.Compiler.Tests.Import.Onnx.OnnxModelBuilder;

namespace ModelBuild.Compiler.Tests.Import.Onnx.Maps;

/// <summary>Models whose input <c>x</c> is a map, and ONNX Runtime on them.</summary>
internal static class MapModels
{
    /// <summary>A model without nodes over a map.</summary>
    public static OnnxModelBuilder Over(DType key, DType value)
    {
        OnnxModelBuilder model = new();
        model.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 1 });
        TypeProto type = new() { TensorType = new TypeProto.Types.Tensor { ElemType = (int)value } };
        model.Model.Graph.Input.Add(new ValueInfoProto { Name = "x", Type = new TypeProto { MapType = new TypeProto.Types.Map { KeyType = (int)key, ValueType = type } } });
        return model;
    }

    /// <summary>y = DictVectorizer(x).</summary>
    public static OnnxModelBuilder Vectorizer(DType key, DType value, AttributeProto vocabulary) => With(Over(key, value), Ml("DictVectorizer", ["x"], ["y"], vocabulary), value);

    /// <summary>y = CastMap(x).</summary>
    public static OnnxModelBuilder Caster(DType value, string to, DType result, params AttributeProto[] more) => With(Over(DType.I64, value), Ml("CastMap", ["x"], ["y"], [OnnxModelBuilder.String("cast_to", to), .. more]), result);

    /// <summary>The model with a last node and its output, whose type ONNX Runtime asks for.</summary>
    public static OnnxModelBuilder With(OnnxModelBuilder model, NodeProto node, DType result)
    {
        model.Model.Graph.Node.Add(node);
        model.Model.Graph.Output.Add(new ValueInfoProto { Name = node.Output[0], Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)result } } });
        return model;
    }

    public static NodeProto Ml(string op, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        NodeProto node = NewNode(op, inputs, outputs, attributes);
        node.Domain = "ai.onnx.ml";
        return node;
    }

    public static AttributeProto Words(string name, params string[] values)
    {
        AttributeProto attribute = new() { Name = name, Type = AttributeProto.Types.AttributeType.Strings };
        attribute.Strings.AddRange(values.Select(ByteString.CopyFromUtf8));
        return attribute;
    }

    /// <summary>The elements of <c>y</c> by ONNX Runtime, which takes the map itself.</summary>
    public static TResult[] Reference<TKey, TValue, TResult>(OnnxModelBuilder model, IDictionary<TKey, TValue> map)
        where TKey : notnull
    {
        using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using InferenceSession session = new(model.ToBytes(), options);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run([NamedOnnxValue.CreateFromMap("x", map)]);
        return [.. results[0].AsEnumerable<TResult>()];
    }
}
