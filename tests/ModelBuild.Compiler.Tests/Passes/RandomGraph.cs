using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Passes;

/// <summary>A small random graph of the operators that passes rewrite: chains, branches, shared values, and values that are also outputs.</summary>
internal sealed class RandomGraph
{
    private const double ExtraOutput = 0.15;
    private const int MaxElements = 200;
    private readonly Random _random;
    private readonly TestNet _net;
    private readonly List<Value> _values = [];

    private RandomGraph(int seed)
    {
        _random = new Random(seed);
        _net = new TestNet(seed);
    }

    /// <summary>The graph of a seed; the same one each time.</summary>
    public static Graph Make(int seed)
    {
        RandomGraph maker = new(seed);
        return maker.Build();
    }

    private Graph Build()
    {
        for (int i = 0, count = 1 + _random.Next(2); i < count; i++)
        {
            _values.Add(_net.Input(1 + _random.Next(2), 2 + _random.Next(2), 3 + _random.Next(2), 3 + _random.Next(2)));
        }

        for (int i = 0, count = 3 + _random.Next(9); i < count; i++)
        {
            Value x = _random.Next(3) == 0 ? _values[_random.Next(_values.Count)] : _values[^1];
            if ((x.Type.Shape!.Rank == 4 ? Image(x) : Other(x)) is { } y)
            {
                _values.Add(y);
            }
        }

        Value[] outputs = [.. _values.Where(v => v.Consumers.Count == 0 || (v.Producer is not null && _random.NextDouble() < ExtraOutput))];
        return _net.Outputs(outputs.Where(v => v.Producer is not null).DefaultIfEmpty(_net.Add("Relu", [_values[0]])).ToArray()!);
    }

    private Value? Image(Value x)
    {
        long[] d = x.Type.Shape!.ToArray();
        bool large = d[2] > 1 && d[3] > 2;
        switch (_random.Next(29))
        {
            case 0 or 1 or 2:
                return _net.Conv(x, 2 + _random.Next(3), _random.Next(2) == 0);
            case 3:
                return _net.Add("Conv", [x, _net.Random(d[1], 1, 3, 3)], new AttributeMap { { "group", d[1] }, { "auto_pad", "SAME_UPPER" } });
            case 4:
                return _net.BatchNorm(x);
            case 5 or 6:
                return Activation(x);
            case 7:
                return _net.Add("Mul", [_net.Add("Sigmoid", [x]), x]);
            case 8 or 9:
                Value? twin = _values.LastOrDefault(v => v != x && v.Type.Equals(x.Type));
                return twin is null ? null : _net.Add(Pick("Add", "Mul", "Sub", "Max"), [x, twin]);
            case 10:
                return _net.Add(Pick("Add", "Mul"), [x, _random.Next(2) == 0 ? _net.Random(d[1], 1, 1) : _net.Random(1, d[1], 1, 1)]);
            case 11:
                return _net.Add(Pick("Add", "Mul"), [_net.Random(Pick(1, d[2]), d[3]), x]);
            case 12 when x.Type.Shape.ElementCount < MaxElements:
                return _net.Add("Concat", [x, Activation(x)], new AttributeMap { { "axis", (long)_random.Next(4) } });
            case 13 when large:
                return _net.Add(Pick("MaxPool", "AveragePool"), [x], new AttributeMap { { "kernel_shape", [2L, 2] }, { "strides", [1L, 1] }, { "pads", [_random.Next(2), 0L, 0, 1] } });
            case 14:
                return _net.Add(Pick("GlobalAveragePool", "GlobalMaxPool"), [x]);
            case 15:
                long[] perm = [0, 1, 2, 3];
                _random.Shuffle(perm);
                return _net.Transpose(x, perm);
            case 16:
                return _net.Transpose(Activation(_net.Transpose(x, 0, 2, 3, 1)), 0, 3, 1, 2);
            case 17 when large:
                return Padded(x);
            case 18:
                return _net.Add("Flatten", [x]);
            case 19:
                return _net.Add("Reshape", [x, _net.Longs(d[0], d[1], d[2] * d[3])]);
            case 20:
                return _net.Add("Softmax", [x], new AttributeMap { { "axis", (long)Pick(1, -1, 2) } });
            case 21:
                return _net.Add("Add", [_net.Conv(x, d[1]), x]);
            case 22:
                return _net.Add("Slice", [x, _net.Longs(0, 0), _net.Longs(Pick(d[1], d[1] - 1), d[2]), _net.Longs(1, 2)]);
            case 24:
                return _net.Add("Conv", [Pick(_net.BatchNorm(x), _net.Add("Div", [x, _net.Positive(d[1], 1, 1)])), _net.Random(3, d[1], 1, 1), _random.Next(2) == 0 ? null : _net.Random(3)]);
            case 25 when x.Type.Shape.ElementCount < MaxElements:
                return _net.BatchNorm(_net.Add("ConvTranspose", [x, _net.Random(d[1], 2, 2, 2)], new AttributeMap { { "strides", [1L, 2] } }));
            case 26:
                Value gate = _net.Add("Add", [_net.Add("Erf", [_net.Add("Mul", [x, _net.Scalar(0.70710677f)])]), _net.Scalar(1)]);
                return _net.Add("Mul", [_net.Add("Mul", [x, gate]), _net.Scalar(Pick(0.5f, 0.25f))]);
            case 27:
                return Standardised(x, Pick(2L, 3L));
            default:
                return NoOp(x);
        }
    }

    private Value? Other(Value x)
    {
        long[] d = x.Type.Shape!.ToArray();
        switch (_random.Next(10))
        {
            case 0 or 1 or 2 when d.Length == 2:
                long n = 2 + _random.Next(4);
                bool transposed = _random.Next(2) == 0;
                Value w = transposed ? _net.Random(n, d[1]) : _net.Random(d[1], n);
                return _net.Add("Gemm", [x, w, _random.Next(3) == 0 ? null : _net.Random(Pick(1, n))], new AttributeMap { { "transB", transposed ? 1L : 0 }, { "alpha", Pick(1f, 0.5f) } });
            case 3:
                return _net.Add("MatMul", [x, _net.Random(d[^1], 3)]);
            case 4:
                return _net.Add(Pick("Add", "Mul"), [x, _net.Random(d[^1])]);
            case 5:
                Value? twin = _values.LastOrDefault(v => v != x && v.Type.Equals(x.Type));
                return twin is null ? null : _net.Add("Add", [twin, x]);
            case 6:
                return _net.Add("Unsqueeze", [x, _net.Longs(_random.Next(d.Length + 1))]);
            case 7:
                return _net.Transpose(x, [.. Enumerable.Range(0, d.Length).Select(i => (long)(d.Length - 1 - i))]);
            case 8:
                return Activation(x);
            default:
                return NoOp(x);
        }
    }

    private Value Standardised(Value x, long axis)
    {
        Value difference = _net.Add("Sub", [x, _net.Add("ReduceMean", [x, _net.Longs(axis)])]);
        Value variance = _net.Add("ReduceMean", [_net.Add("Mul", [difference, difference]), _net.Longs(axis)]);
        Value y = _net.Add("Div", [difference, _net.Add("Sqrt", [_net.Add("Add", [variance, _net.Scalar(0.5f)])])]);
        return _random.Next(2) == 0 ? y : _net.Add("Add", [_net.Add("Mul", [y, _net.Random(x.Type.Shape![3].Value)]), _net.Random(Pick(1, x.Type.Shape![2].Value), 1)]);
    }

    private Value NoOp(Value x) => _random.Next(7) switch
    {
        0 => _net.Add("Identity", [x]),
        1 => _net.Add("Mul", [x, _net.Scalar(1)]),
        2 => _net.Add("Add", [_net.Scalar(0), x]),
        3 => _net.Add("Tile", [x, _net.Longs([.. x.Type.Shape!.Select(_ => 1L)])]),
        4 => _net.Add("Expand", [x, _net.Longs(1)]),
        5 => _net.Add("Dropout", [x]),
        _ => _net.Add("Reshape", [_net.Add("Reshape", [x, _net.Longs(-1)]), _net.Longs(x.Type.Shape!.ToArray())]),
    };

    private Value Padded(Value x)
    {
        long[] pads = [0, _random.Next(4) == 0 ? 1 : 0, 1, _random.Next(2), 0, 0, _random.Next(2), 1];
        Value padded = _net.Add("Pad", [x, _net.Longs(pads), _random.Next(3) == 0 ? _net.Scalar(Pick(0f, 0.5f, float.NegativeInfinity)) : null], new AttributeMap { { "mode", Pick("constant", "constant", "edge") } });
        return _random.Next(3) switch
        {
            0 => _net.Conv(padded, 3),
            1 => _net.Add("MaxPool", [padded], new AttributeMap { { "kernel_shape", [2L, 3] } }),
            _ => _net.Add("AveragePool", [padded], new AttributeMap { { "kernel_shape", [2L, 3] } }),
        };
    }

    private Value Activation(Value x) => _random.Next(3) == 0
        ? _net.Add("Clip", [x, _net.Scalar(-0.5f), _net.Scalar(0.75f)])
        : _net.Add(Pick("Relu", "Sigmoid", "Tanh", "LeakyRelu", "HardSwish", "Neg"), [x]);

    private T Pick<T>(params ReadOnlySpan<T> values) => values[_random.Next(values.Length)];
}
