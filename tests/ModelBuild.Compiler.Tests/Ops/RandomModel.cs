using System.Runtime.InteropServices;
using Google.Protobuf;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Tests.Import.Onnx;

namespace ModelBuild.Compiler.Tests.Ops;

/// <summary>
/// Makes small models of one to three nodes from a seed: operators, attributes, shapes and constants are drawn with and without sense, so that some models are valid
/// and most contradict a definition somewhere.
/// </summary>
internal sealed class RandomModel
{
    private static readonly string[] s_operators = [.. Operators.All.Where(o => o.Domain.Length == 0 && o.OpType != "Constant").Select(o => o.OpType).Order(StringComparer.Ordinal)];
    private static readonly long[] s_integers = [0, 0, 1, 1, 1, 2, 2, 3, 4, -1, -1, -2, -3, 5, 100, int.MaxValue, int.MinValue, 1L << 40, long.MaxValue, long.MinValue];

    private static readonly string[] s_intNames =
        ["axis", "keepdims", "noop_with_empty_axes", "select_last_index", "group", "ceil_mode", "count_include_pad", "transA", "transB", "to", "blocksize", "allowzero", "batch_dims",
         "exclusive", "reverse", "upper", "k", "num_outputs", "start", "end", "largest", "sorted", "time_axis", "batch_axis", "dtype", "fmod", "block_size", "storage_order"];

    private static readonly string[] s_listNames = ["kernel_shape", "strides", "pads", "dilations", "perm", "output_padding", "output_shape", "axes"];
    private static readonly string[] s_floatNames = ["alpha", "beta", "epsilon", "gamma", "momentum"];

    private static readonly (string Name, string Value)[] s_strings =
        [("auto_pad", "SAME_UPPER"), ("auto_pad", "VALID"), ("auto_pad", "?"), ("mode", "reflect"), ("mode", "edge"), ("mode", "CRD"), ("mode", "linear"), ("mode", ""), ("reduction", "add"), ("direction", "LEFT"), ("approximate", "tanh")];

    private readonly Random _random;
    private readonly OnnxModelBuilder _builder = new();
    private readonly List<string> _values = [];

    /// <summary>Draws a model.</summary>
    public RandomModel(int seed)
    {
        _random = new Random(seed);
        long[] common = Dims();
        for (int i = _random.Next(1, 3); i > 0; i--)
        {
            AddInput(_random.Next(3) == 0 ? Dims() : common);
        }

        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            AddNode($"n{i}");
        }

        _builder.Output(_values[^1]);
    }

    /// <summary>The serialised model.</summary>
    public byte[] Bytes => _builder.ToBytes();

    /// <summary>Values in [-2, 2) for every graph input.</summary>
    public Tensor[] Inputs(Graph graph) => [.. graph.Inputs.Select(i => Filled(i.Type.Shape!.ToArray()))];

    private Tensor Filled(long[] dims)
    {
        Tensor tensor = new(DType.F32, dims);
        foreach (ref float value in tensor.MutableSpan<float>())
        {
            value = (_random.NextSingle() * 4) - 2;
        }

        return tensor;
    }

    private void AddInput(long[] dims)
    {
        string name = $"x{_values.Count}";
        _builder.Input(name, dims);
        _values.Add(name);
    }

    private void AddNode(string name)
    {
        string op = s_operators[_random.Next(s_operators.Length)];
        List<string> inputs = [_values[_random.Next(2) == 0 ? _values.Count - 1 : _random.Next(_values.Count)]];
        for (int i = _random.Next(4); i > 0; i--)
        {
            inputs.Add(_random.Next(8) == 0 ? "" : _random.Next(3) == 0 ? _values[_random.Next(_values.Count)] : Constant());
        }

        List<AttributeProto> attributes = [];
        HashSet<string> taken = [];
        for (int i = _random.Next(6); i > 0; i--)
        {
            AttributeProto attribute = Attribute();
            if (taken.Add(attribute.Name))
            {
                attributes.Add(attribute);
            }
        }

        _builder.Node(op, [.. inputs], [.. Enumerable.Range(0, _random.Next(6) == 0 ? 2 : 1).Select(i => $"{name}_{i}")], [.. attributes]);
        _values.Add($"{name}_0");
    }

    private AttributeProto Attribute()
    {
        int kind = _random.Next(10);
        (string text, string value) = s_strings[_random.Next(s_strings.Length)];
        return kind switch
        {
            < 5 => OnnxModelBuilder.Int(s_intNames[_random.Next(s_intNames.Length)], Integer()),
            < 8 => OnnxModelBuilder.Ints(s_listNames[_random.Next(s_listNames.Length)], Integers()),
            8 => OnnxModelBuilder.Float(s_floatNames[_random.Next(s_floatNames.Length)], _random.NextSingle() - 0.25f),
            _ => OnnxModelBuilder.String(text, value),
        };
    }

    private string Constant()
    {
        string name = $"c{_builder.Model.Graph.Initializer.Count}";
        TensorProto tensor = new() { Name = name };
        if (_random.Next(2) == 0)
        {
            long[] values = _random.Next(4) == 0 ? [Integer()] : Integers();
            tensor.DataType = 7;
            tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()));
            if (values.Length != 1 || _random.Next(2) == 0)
            {
                tensor.Dims.Add(values.Length);
            }
        }
        else
        {
            Tensor filled = Filled(Dims());
            tensor.DataType = 1;
            tensor.RawData = ByteString.CopyFrom(filled.Bytes);
            tensor.Dims.AddRange(filled.Dims);
        }

        _builder.Initializer(tensor);
        return name;
    }

    // Now and then far outside of anything that makes sense.
    private long Integer() => s_integers[_random.Next(_random.Next(4) == 0 ? s_integers.Length : 11)];

    private long[] Integers() => [.. Enumerable.Range(0, _random.Next(5)).Select(_ => Integer())];

    private long[] Dims() => [.. Enumerable.Range(0, _random.Next(6)).Select(_ => _random.Next(12) == 0 ? 0L : _random.Next(1, 5))];
}
