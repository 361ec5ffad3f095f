using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Tests.Planning;

namespace ModelBuild.Compiler.Tests.Passes;

/// <summary>Builds small graphs with random constants; types are inferred as nodes are added.</summary>
internal sealed class TestNet(int seed = 5)
{
    private readonly Random _random = new(seed);
    private int _count;

    public Graph Graph { get; } = new(Operators.Set);

    public static AttributeMap Perm(params long[] perm) => new() { { "perm", perm } };

    public Value Input(params long[] dims) => Graph.AddInput($"x{Graph.Inputs.Count}", new TensorType(DType.F32, Shape.Of(dims)));

    /// <summary>A constant of random values in [-1, 1).</summary>
    public Value Random(params long[] dims) => Graph.AddConstant("c", PlanAgainstReference.Filled(_random, dims));

    /// <summary>A constant of random values in [0.5, 1.5): variances and divisors.</summary>
    public Value Positive(params long[] dims)
    {
        Tensor tensor = new(DType.F32, dims);
        foreach (ref float value in tensor.MutableSpan<float>())
        {
            value = _random.NextSingle() + 0.5f;
        }

        return Graph.AddConstant("p", tensor);
    }

    public Value Longs(params long[] values) => Graph.AddConstant("i", Tensor.Vector<long>(values));

    public Value Scalar(float value) => Graph.AddConstant("s", Tensor.Scalar(value));

    /// <summary>Adds a node and infers its type.</summary>
    public Value Add(string op, Value?[] inputs, AttributeMap? attributes = null)
    {
        Value value = Graph.Add(op, $"{op}{_count++}", inputs, attributes);
        TypeInference.Run(value.Producer!);
        return value;
    }

    public Value Transpose(Value x, params long[] perm) => Add("Transpose", [x], Perm(perm));

    /// <summary>A 3x3 convolution [N,C,H,W] with padding 1 and a bias.</summary>
    public Value Conv(Value x, long outC, bool bias = true) => Add(
        "Conv", [x, Random(outC, x.Type.Shape![1].Value, 3, 3), bias ? Random(outC) : null], new AttributeMap { { "pads", [1L, 1, 1, 1] } });

    /// <summary>A normalisation of [N,C,...] with random parameters.</summary>
    public Value BatchNorm(Value x)
    {
        long c = x.Type.Shape![1].Value;
        return Add("BatchNormalization", [x, Random(c), Random(c), Random(c), Positive(c)]);
    }

    /// <summary>A fused convolution over [N,H,W,C], 1x1.</summary>
    public Value NhwcConv(Value x, long outC) => Fused("Conv", [x, Random(outC, x.Type.Shape![3].Value, 1, 1), Random(outC)]);

    /// <summary>A fused product with weights [k,n].</summary>
    public Value FusedGemm(Value x, long n) => Fused("Gemm", [x, Random(x.Type.Shape![x.Type.Shape.Rank - 1].Value, n), Random(n)]);

    /// <summary>Declares outputs.</summary>
    public Graph Outputs(params Value[] values)
    {
        foreach (Value value in values)
        {
            Graph.AddOutput($"y{Graph.Outputs.Count}", value);
        }

        return Graph;
    }

    private Value Fused(string op, Value?[] inputs)
    {
        Node node = Graph.AddNode("modelbuild", op, $"{op}{_count++}", inputs, [$"{op}{_count}"]);
        TypeInference.Run(node);
        return node.Output;
    }
}
