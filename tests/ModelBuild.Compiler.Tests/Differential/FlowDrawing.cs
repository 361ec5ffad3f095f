using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>A graph with If, Loop and Scan while it is drawn.</summary>
internal sealed class FlowDrawing
{
    /// <summary>Few enough for loops in loops.</summary>
    public const long MaxElements = 300;

    private const int MostCaptured = 4;
    private const int DeepestNesting = 2;

    private readonly Graph _root;
    private readonly List<Value> _counters = [];
    private int _calls;

    /// <summary>Begins a graph.</summary>
    public FlowDrawing(int seed)
    {
        Base = new Drawing(seed);
        _root = Base.Graph;
    }

    /// <summary>Random choices, and the graph or subgraph that is drawn now.</summary>
    public Drawing Base { get; }

    /// <summary>How many subgraphs stand around what is drawn now.</summary>
    public int Depth { get; private set; }

    /// <summary>True where another subgraph may stand in this one.</summary>
    public bool MayNest => Depth < DeepestNesting;

    /// <summary>A value of a size that templates take.</summary>
    public Value? Any() => Base.Any(v => v.Type.Shape!.ElementCount is > 0 and <= MaxElements);

    /// <summary>A scalar that the caller gives: an integer from 0 to 5, or a truth value.</summary>
    public Value CallInput(DType type) => _root.AddInput($"call{_calls++}", new TensorType(type, Shape.Scalar));

    /// <summary>One truth value.</summary>
    public Value Condition()
    {
        Value? x = Any();
        return Base.Int(0, 5) switch
        {
            0 => CallInput(DType.Bool),
            1 => Base.Add("Not", [CallInput(DType.Bool)]),
            2 when _counters.Count > 0 => Base.Add("Equal", [Base.Add("Mod", [_counters[^1], Base.Constant(Tensor.Scalar(2L))]), Base.Constant(Tensor.Scalar((long)Base.Int(0, 1)))]),
            3 when _counters.Count > 0 => Base.Add("Less", [_counters[Base.Int(0, _counters.Count - 1)], CallInput(DType.I64)]),
            4 => Base.Constant(Tensor.Scalar(Base.Chance(0.5))),
            _ when x is not null => Base.Add("Greater", [Base.Add(Base.Pick("ReduceMax", "ReduceMin"), [x], new AttributeMap { { "keepdims", 0L } }), Base.Scalar(Base.Float(-1, 1))]),
            _ => CallInput(DType.Bool),
        };
    }

    /// <summary>How often a loop runs at most, from nothing to a few times.</summary>
    public Value Trips()
    {
        Value? x = Any();
        switch (Base.Int(0, 3))
        {
            case 0:
                return Base.Constant(Tensor.Scalar((long)Base.Int(0, 4)));
            case 1 when x is not null:
                Value above = Base.Add("Cast", [Base.Add("Greater", [x, Base.Scalar(Base.Float(-0.5f, 0.5f))])], new AttributeMap { { "to", (long)DType.I64 } });
                return Base.Add("Min", [Base.Add("ReduceSum", [above], new AttributeMap { { "keepdims", 0L } }), Base.Constant(Tensor.Scalar((long)Base.Int(1, 5)))]);
            default:
                return CallInput(DType.I64);
        }
    }

    /// <summary>Draws a subgraph that may read some of the values around it.</summary>
    /// <param name="counter">Makes the subgraph's inputs; what it returns counts iterations.</param>
    /// <param name="draw">Draws nodes and outputs.</param>
    public Graph Subgraph(Func<Value?> counter, Action draw)
    {
        Value[] around = [.. Enumerable.Range(0, Base.Int(1, MostCaptured)).Select(_ => Any()).OfType<Value>().Distinct()];
        return Base.Subgraph(() =>
        {
            Depth++;
            int counters = _counters.Count;
            if (counter() is { } own)
            {
                _counters.Add(own);
            }

            Base.Pool.InsertRange(0, around);
            draw();
            _counters.RemoveRange(counters, _counters.Count - counters);
            Depth--;
            new RemoveDeadNodes().Run(Base.Graph, default);
        });
    }

    /// <summary>Declares an output of the subgraph. ONNX Runtime takes no value of another graph as one.</summary>
    public void Output(Value value)
    {
        Value own = value.Producer?.Graph == Base.Graph || Base.Graph.Inputs.Contains(value) ? value : Base.Add("Identity", [value]);
        Base.Graph.AddOutput(own.Name, own);
    }
}
