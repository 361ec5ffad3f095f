using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>Adds the parts of a composed operator to a graph. Types are inferred part by part, so that later parts can rely on those of earlier ones.</summary>
/// <param name="graph">Receives the parts.</param>
/// <param name="node">The composed node: its attributes, its name and the outputs that are wanted.</param>
/// <param name="inputs">Its inputs as values of <paramref name="graph"/>.</param>
internal sealed class PartsBuilder(Graph graph, Node node, IReadOnlyList<Value?> inputs)
{
    /// <summary>The composed node.</summary>
    public Node Node { get; } = node;

    /// <summary>Its attributes.</summary>
    public AttributeMap Attributes => Node.Attributes;

    /// <summary>The graph that receives the parts.</summary>
    public Graph Graph { get; } = graph;

    /// <summary>An input that must be there.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">It is omitted (MDB2003).</exception>
    public Value Input(int index) => InputOrNull(index) ?? throw NodeErrors.Invalid(Node, $"input {index} is missing.");

    /// <summary>An input that may be omitted.</summary>
    public Value? InputOrNull(int index) => index < inputs.Count ? inputs[index] : null;

    /// <summary>True when an output is wanted.</summary>
    public bool Wants(int output) => output < Node.Outputs.Count && Node.Outputs[output] is not null;

    /// <summary>Rank of a value.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">It is not known (MDB3002).</exception>
    public Shape ShapeOf(Value value) => value.Type.Shape ?? throw NodeErrors.Shape(Node, $"the rank of '{value.Name}' is not known.");

    /// <summary>A size that must be known.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">It is not (MDB3002).</exception>
    public long SizeOf(Value value, int axis)
    {
        Dim dim = ShapeOf(value)[AxisOf(value, axis)];
        return dim.IsKnown ? dim.Value : throw NodeErrors.Shape(Node, $"axis {axis} of '{value.Name}' {value.Type.Shape} must be a number. Export the model with a constant size, or set Dims.");
    }

    /// <summary>Makes the graph's file of an opset that has the operators added.</summary>
    public void RequireOpset(long version) => Graph.Opsets[""] = Math.Max(version, Graph.Opsets.GetValueOrDefault("", version));

    /// <summary>Adds an operator of the default domain with one output.</summary>
    public Value Add(string opType, IReadOnlyList<Value?> operands, AttributeMap? attributes = null) => Add("", opType, operands, 1, attributes)[0];

    /// <summary>Adds an operator.</summary>
    public Value[] Add(string domain, string opType, IReadOnlyList<Value?> operands, int outputs, AttributeMap? attributes = null)
    {
        string name = $"{Node.Name}/{opType}";
        Node part = Graph.AddNode(domain, opType, name, operands, [.. Enumerable.Repeat(name, outputs)], attributes);
        TypeInference.Run(part);
        return [.. part.Outputs.Select(o => o!)];
    }

    /// <summary>Adds a constant.</summary>
    public Value Constant(Tensor tensor) => Graph.AddConstant($"{Node.Name}/constant", tensor);

    /// <summary>A vector of 64-bit integers.</summary>
    public Value Ints(params ReadOnlySpan<long> values) => Constant(Tensor.Vector(values));

    /// <summary>A scalar of the element type of <paramref name="like"/>.</summary>
    public Value Scalar(Value like, double value) => Constant(ScalarOf(Node, like.Type.DType, value));

    /// <summary>A size as a vector of one element: a constant where it is known.</summary>
    public Value Size(Value value, int axis)
    {
        Shape shape = ShapeOf(value);
        int at = AxisOf(value, axis);
        return shape[at].IsKnown ? Ints(shape[at].Value) : Add("Shape", [value], new AttributeMap { { "start", (long)at }, { "end", at + 1L } });
    }

    /// <summary>Gives a value other sizes: 0 keeps one, -1 is what is left.</summary>
    public Value Reshape(Value value, params ReadOnlySpan<long> sizes) => Add("Reshape", [value, Ints(sizes)]);

    /// <summary>Gives a value sizes that may be computed.</summary>
    public Value Reshape(Value value, params IReadOnlyList<Value> sizes) => Add("Reshape", [value, sizes.Count == 1 ? sizes[0] : Add("Concat", [.. sizes], new AttributeMap { { "axis", 0L } })]);

    /// <summary>Permutes axes.</summary>
    public Value Transpose(Value value, params long[] permutation) => permutation.SequenceEqual(Enumerable.Range(0, permutation.Length).Select(i => (long)i))
        ? value
        : Add("Transpose", [value], new AttributeMap { { "perm", permutation } });

    /// <summary>Elements from start to before end along one axis.</summary>
    public Value Slice(Value value, int axis, long start, long end, long step = 1) => Add("Slice", [value, Ints(start), Ints(end), Ints(axis), Ints(step)]);

    /// <summary>Concatenates along an axis; a single operand is passed through.</summary>
    public Value Concat(int axis, params IReadOnlyList<Value> values) => values.Count == 1 ? values[0] : Add("Concat", [.. values], new AttributeMap { { "axis", (long)axis } });

    /// <summary>Inserts axes of size 1.</summary>
    public Value Unsqueeze(Value value, params ReadOnlySpan<long> axes) => Add("Unsqueeze", [value, Ints(axes)]);

    /// <summary>Converts elements; nothing is added where the type is right.</summary>
    public Value Cast(Value value, DType type) => value.Type.DType == type ? value : Add("Cast", [value], new AttributeMap { { "to", (long)type } });

    /// <summary>0, 1, 2, ... as 64-bit integers.</summary>
    /// <param name="count">A vector of one element.</param>
    public Value Range(Value count) => count.Constant is { } constant
        ? Ints([.. Enumerable.Range(0, checked((int)constant.ToInt64Array()[0])).Select(i => (long)i)])
        : Add("Range", [Constant(Tensor.Scalar(0L)), Add("Squeeze", [count, Ints(0)]), Constant(Tensor.Scalar(1L))]);

    /// <summary>Adds the nodes of a subgraph, which may read values of the graph around it.</summary>
    /// <returns>Its outputs.</returns>
    public Value[] Inline(Graph subgraph, params IReadOnlyList<Value> operands)
    {
        Dictionary<Value, Value> map = [];
        for (int i = 0; i < operands.Count; i++)
        {
            map[subgraph.Inputs[i]] = operands[i];
        }

        foreach (Node source in subgraph.Nodes)
        {
            if (source.Attributes.Any(a => a.Value is GraphAttribute))
            {
                throw NodeErrors.Invalid(source, $"a subgraph within a subgraph of {Node.OpType} '{Node.Name}' is not supported. Export the model without it, or set Runtime=\"onnxruntime\".");
            }

            string[] names = [.. source.Outputs.Select(o => o is null ? "" : $"{Node.Name}/{o.Name}")];
            Node part = Graph.AddNode(source.Domain, source.OpType, $"{Node.Name}/{source.Name}", [.. source.Inputs.Select(v => v is null ? null : Mapped(v))], names, source.Attributes.Clone());
            TypeInference.Run(part);
            for (int i = 0; i < names.Length; i++)
            {
                if (source.Outputs[i] is { } output)
                {
                    map[output] = part.Outputs[i]!;
                }
            }
        }

        return [.. subgraph.Outputs.Select(o => Mapped(o.Value))];

        // A value that the subgraph takes from outside stays itself.
        Value Mapped(Value value) => map.TryGetValue(value, out Value? known) ? known : map[value] = value.Constant is { } constant ? Constant(constant) : value;
    }

    private int AxisOf(Value value, int axis)
    {
        int rank = ShapeOf(value).Rank;
        int at = axis < 0 ? axis + rank : axis;
        return at >= 0 && at < rank ? at : throw NodeErrors.Shape(Node, $"'{value.Name}' {value.Type.Shape} has no axis {axis}.");
    }

    private static Tensor ScalarOf(Node node, DType type, double value) => type == DType.BF16
        ? new Tensor(DType.BF16, [], BitConverter.GetBytes(BFloat16.FromSingle((float)value)))
        : NumericTensors.FromDouble(node, type, [value], []);
}
