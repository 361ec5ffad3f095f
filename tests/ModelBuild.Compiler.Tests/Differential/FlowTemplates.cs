using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>If, Loop and Scan. Their results go to the pool; those whose size is not known before the call are an output of the graph or reduced to one number first.</summary>
internal static class FlowTemplates
{
    private const int MostCarried = 3;

    /// <summary>Every template.</summary>
    public static Action<FlowDrawing, Value>[] All { get; } = [If, If, Loop, Loop, Scan];

    /// <summary>The operators that they make.</summary>
    public static IReadOnlyList<string> Operators { get; } = ["If", "Loop", "Scan"];

    private static readonly Func<Drawing, Value, Value?>[] s_keeping =
    [
        ElementwiseTemplates.Unary, ElementwiseTemplates.WithConstant, ElementwiseTemplates.WithTwin, ElementwiseTemplates.WithReduced, PatternTemplates.Activation,
        ReductionTemplates.Softmax, ReductionTemplates.CumSum, PatternTemplates.Gelu,
    ];

    private static readonly Func<Drawing, Value, Value?>[] s_resizing = [MovementTemplates.Slice, MovementTemplates.Concat, MovementTemplates.Gather, MovementTemplates.Repeat, MovementTemplates.Pad];

    private static readonly Func<Drawing, Value, Value?>[] s_reshaping = [MovementTemplates.Family, ReductionTemplates.Reduce, MovementTemplates.Reshape];

    private static void If(FlowDrawing draw, Value x)
    {
        Value condition = draw.Condition();
        Value[] sources = [x, .. draw.Base.Chance(0.4) ? [draw.Any()!] : Array.Empty<Value>()];
        int kind = draw.Base.Chance(0.03) ? 20 : draw.Base.Int(0, 10);
        Graph then = Branch(draw, sources, kind);
        Graph otherwise = Branch(draw, sources, draw.Base.Chance(0.5) ? 0 : kind);
        Node node = draw.Base.AddNode("If", [condition], new AttributeMap { { "then_branch", new GraphAttribute(then) }, { "else_branch", new GraphAttribute(otherwise) } }, sources.Length);
        Take(draw, node);
    }

    // Kinds from 7 on make other sizes, which depend on values or not; 20 another rank.
    private static Graph Branch(FlowDrawing draw, Value[] sources, int kind) => draw.Subgraph(static () => null, () =>
    {
        FlowDrawer.Fill(draw, draw.Base.Int(0, 2));
        foreach (Value source in sources)
        {
            Value value = Kept(draw, source);
            if (kind is 9 or 10 && FlowCounts.Any(draw, value) is { } found && found.Type.Shape!.Rank == Drawing.Rank(source))
            {
                draw.Output(found);
                continue;
            }

            Func<Drawing, Value, Value?>[] changing = kind < 7 ? [] : kind < 20 ? s_resizing : s_reshaping;
            draw.Output(changing.Length > 0 ? draw.Base.Pick<Func<Drawing, Value, Value?>>(changing)(draw.Base, value) ?? value : value);
        }
    });

    private static void Loop(FlowDrawing draw, Value x)
    {
        Value[] first = Carried(draw, x);
        Value? trips = draw.Base.Chance(0.85) ? draw.Trips() : null;
        int kind = trips is null ? draw.Base.Int(3, 4) : draw.Base.Int(0, 5);
        Value? condition = kind == 0 ? null : kind == 1 || trips is null ? draw.Base.Constant(Tensor.Scalar(true)) : draw.Condition();
        int stacked = draw.Base.Int(0, 2);
        if (first.Length + stacked == 0)
        {
            stacked = 1;
        }

        Value iteration = null!;
        Value go = null!;
        Value[] carried = [];
        Graph body = draw.Subgraph(
            () =>
            {
                iteration = draw.Base.BodyInput(new TensorType(DType.I64, Shape.Scalar));
                go = draw.Base.BodyInput(new TensorType(DType.Bool, Shape.Scalar));
                carried = [.. first.Select(v => draw.Base.BodyInput(v.Type))];
                return iteration;
            },
            () =>
            {
                FillBody(draw, carried, iteration);
                draw.Output(Next(draw, kind, go, iteration, carried));
                Outputs(draw, carried, stacked);
            });
        Node node = draw.Base.AddNode("Loop", [trips, condition, .. first], new AttributeMap { { "body", new GraphAttribute(body) } }, first.Length + stacked);
        Take(draw, node);
    }

    private static Value Next(FlowDrawing draw, int kind, Value go, Value iteration, Value[] carried)
    {
        switch (kind)
        {
            case 0 or 1 or 5:
                return draw.Base.Chance(0.4) ? go : draw.Base.Add("Identity", [go]);
            case 2 when carried.Length > 0:
                Value shortened = draw.Base.Add("Less", [draw.Base.Add("ReduceMax", [carried[0]], new AttributeMap { { "keepdims", 0L } }), draw.Base.Scalar(draw.Base.Float(0, 1))]);
                return draw.Base.Add("And", [shortened, draw.Base.Add("Less", [iteration, draw.Base.Constant(Tensor.Scalar(5L))])]);
            case 3:
                return draw.Base.Add("Less", [iteration, draw.CallInput(DType.I64)]);
            default:
                return draw.Base.Add("And", [draw.Condition(), draw.Base.Add("Less", [iteration, draw.Base.Constant(Tensor.Scalar((long)draw.Base.Int(0, 4)))])]);
        }
    }

    private static void Scan(FlowDrawing draw, Value x)
    {
        if (Drawing.Rank(x) == 0)
        {
            return;
        }

        Value[] first = Carried(draw, x);
        int axis = draw.Base.Int(0, Drawing.Rank(x) - 1);
        long length = Drawing.Dims(x)[axis];
        List<(Value Value, int Axis)> scanned = [(x, axis)];
        if (draw.Base.Chance(0.4))
        {
            scanned.Add(draw.Base.Any(v => Drawing.Dims(v).Contains(length) && v.Type.Shape!.ElementCount <= FlowDrawing.MaxElements) is { } other && draw.Base.Chance(0.5)
                ? (other, Array.IndexOf(Drawing.Dims(other), length))
                : (draw.Base.Weights(1, draw.Base.Int(1, 4), length), 1));
        }

        int stacked = draw.Base.Int(first.Length == 0 ? 1 : 0, 2);
        List<int> ranks = [];
        Value[] carried = [];
        Value[] slices = [];
        Graph body = draw.Subgraph(
            () =>
            {
                carried = [.. first.Select(v => draw.Base.BodyInput(v.Type))];
                slices = [.. scanned.Select(s => draw.Base.BodyInput(new TensorType(DType.F32, new Shape(s.Value.Type.Shape!.Where((_, i) => i != s.Axis)))))];
                return null;
            },
            () =>
            {
                FillBody(draw, [.. carried, .. slices], null);
                ranks = Outputs(draw, carried, stacked);
            });
        AttributeMap attributes = new() { { "body", new GraphAttribute(body) }, { "num_scan_inputs", (long)scanned.Count } };
        if (scanned.Any(s => s.Axis != 0) || draw.Base.Chance(0.3))
        {
            attributes.Add("scan_input_axes", [.. scanned.Select(s => (long)(draw.Base.Chance(0.3) ? s.Axis - Drawing.Rank(s.Value) : s.Axis))]);
        }

        if (draw.Base.Chance(0.4))
        {
            attributes.Add("scan_input_directions", [.. scanned.Select(_ => (long)draw.Base.Int(0, 1))]);
        }

        if (stacked > 0 && draw.Base.Chance(0.4))
        {
            attributes.Add("scan_output_directions", [.. ranks.Select(_ => (long)draw.Base.Int(0, 1))]);
        }

        if (stacked > 0 && draw.Base.Chance(0.5))
        {
            attributes.Add("scan_output_axes", [.. ranks.Select(r => (long)draw.Base.Int(draw.Base.Chance(0.3) ? -r - 1 : 0, r))]);
        }

        Node node = draw.Base.AddNode("Scan", [.. first, .. scanned.Select(s => s.Value)], attributes, first.Length + stacked);
        Take(draw, node);
    }

    private static Value[] Carried(FlowDrawing draw, Value x)
    {
        int count = draw.Base.Int(0, MostCarried);
        return [.. Enumerable.Range(0, count).Select(i => i == 0 ? x : draw.Base.Chance(0.4) ? draw.Base.Any(v => v.Type.Equals(x.Type))! : draw.Any()!)];
    }

    private static void FillBody(FlowDrawing draw, Value[] own, Value? iteration)
    {
        draw.Base.Pool.AddRange(own);
        if (iteration is not null && draw.Base.Chance(0.5))
        {
            draw.Base.Pool.Add(draw.Base.Add("Cast", [iteration], new AttributeMap { { "to", (long)DType.F32 } }));
        }

        FlowDrawer.Fill(draw, draw.Base.Int(0, 3));
    }

    // What is carried on must keep its type and stay bounded; it may change places with another, or be as it was.
    private static List<int> Outputs(FlowDrawing draw, Value[] carried, int stacked)
    {
        foreach (Value value in carried)
        {
            Value[] alike = [.. carried.Where(v => v.Type.Equals(value.Type))];
            draw.Output(draw.Base.Int(0, 7) switch
            {
                0 => draw.Base.Pick<Value>(alike),
                1 => draw.Base.Any(v => v.Type.Equals(value.Type)) is { Producer: not null } found && found.Producer.Graph == draw.Base.Graph ? Bounded(draw, found) : value,
                2 => draw.Base.Any(v => v.Type.Equals(value.Type)) is { } any && (any.Producer?.Graph != draw.Base.Graph || draw.Base.Graph.Inputs.Contains(any)) ? any : value,
                _ => Bounded(draw, Kept(draw, value)),
            });
        }

        List<int> ranks = [];
        for (int i = 0; i < stacked; i++)
        {
            Value? slice = draw.Base.Chance(0.2) && carried.Length > 0 ? draw.Base.Graph.Outputs[^1].Value : null;
            slice = slice is { Type.DType: DType.F32 } ? slice : draw.Any() ?? draw.Base.Weights(1, 2);
            draw.Output(slice.IsConstant ? draw.Base.Add("Identity", [slice]) : slice);
            ranks.Add(Drawing.Rank(slice));
        }

        return ranks;
    }

    // Halved, so that an iteration brings what differs in the last bit nearer together.
    private static Value Bounded(FlowDrawing draw, Value x)
    {
        Value bounded = draw.Base.Add(draw.Base.Pick("Tanh", "Sin", "Softsign"), [x]);
        return draw.Base.Add("Add", [draw.Base.Add("Mul", [bounded, draw.Base.Scalar(0.5f)]), draw.Base.Scalar(draw.Base.Float(-0.5f, 0.5f))]);
    }

    /// <summary>A value of the same type, made by up to two operators and perhaps with what else the subgraph knows.</summary>
    private static Value Kept(FlowDrawing draw, Value x)
    {
        Value value = x;
        for (int i = draw.Base.Int(0, 2); i > 0; i--)
        {
            value = draw.Base.Pick<Func<Drawing, Value, Value?>>(s_keeping)(draw.Base, value) is { } next && next.Type.Equals(x.Type) ? next : value;
        }

        return draw.Base.Chance(0.5) && draw.Any() is { } other && draw.Base.Add("ReduceMean", [other], new AttributeMap { { "keepdims", 0L } }) is { } mean ? draw.Base.Add("Add", [value, mean]) : value;
    }

    private static void Take(FlowDrawing draw, Node node)
    {
        foreach (Value output in node.Outputs.OfType<Value>())
        {
            Take(draw, output);
        }
    }

    /// <summary>Puts a value into the pool, or what is made of it.</summary>
    public static void Take(FlowDrawing draw, Value output)
    {
        if (output.Type.IsStatic)
        {
            draw.Base.Pool.Add(output);
        }
        else if (draw.Depth == 0 && draw.Base.Chance(0.6))
        {
            draw.Base.Results.Add(draw.Base.Chance(0.5) ? output : draw.Base.Add(draw.Base.Pick("Neg", "Abs"), [output]));
        }
        else if (draw.Base.Add("ReduceSum", [output], new AttributeMap { { "keepdims", 0L } }) is { Type.IsStatic: true } sum)
        {
            draw.Base.Pool.Add(draw.Base.Add("Tanh", [sum]));
        }
    }
}
