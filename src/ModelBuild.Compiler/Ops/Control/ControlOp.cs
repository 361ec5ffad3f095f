using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Control;

/// <summary>
/// An operator with subgraphs. In a model they take values from the graphs around them by name; in the closed form, which only the compiler makes, those values are
/// inputs of the node and of its subgraphs, after all others, so that a subgraph stands by itself.
/// </summary>
/// <param name="isClosed">True for the closed form.</param>
internal abstract class ControlOp(bool isClosed) : CheckedOp
{
    /// <summary>The number of captured values of a closed node.</summary>
    public const string Captures = "captures";

    /// <summary>True for the closed form.</summary>
    public bool IsClosed { get; } = isClosed;

    /// <inheritdoc/>
    public sealed override string Domain => IsClosed ? InternalDomain.Name : "";

    private protected sealed override int MaxInputs => int.MaxValue;

    /// <summary>Names of the attributes that hold the subgraphs.</summary>
    public abstract IReadOnlyList<string> Subgraphs { get; }

    /// <summary>A subgraph.</summary>
    /// <exception cref="ModelBuildException">The node does not have it (MDB2003).</exception>
    public static Graph Subgraph(Node node, string name) =>
        node.Attributes.TryGet(name, out GraphAttribute? subgraph) ? subgraph.Value : throw NodeErrors.Invalid(node, $"has no subgraph '{name}'.");

    /// <summary>Inputs that stand before the captured ones in the closed form even where they are omitted.</summary>
    public virtual int LeastInputs => 0;

    /// <summary>Why the type of an output is not known although all in the subgraphs is, and what to do; null where that is not so.</summary>
    public virtual string? WhyUnknown(Node node) => null;

    /// <summary>The subgraphs of a node.</summary>
    public static IEnumerable<Graph> SubgraphsOf(Node node) => ((ControlOp)node.Op!).Subgraphs.Select(name => Subgraph(node, name));

    /// <summary>The number of captured values.</summary>
    public static int CaptureCount(Node node) => (int)node.Attributes.GetInt(Captures, 0);

    /// <summary>The number of inputs that the operator's definition speaks of.</summary>
    public static int OwnInputs(Node node) => node.Inputs.Count - CaptureCount(node);

    /// <summary>Gives the last inputs of a subgraph the types of the captured values.</summary>
    private protected static void InferCaptures(Node node, Graph subgraph)
    {
        int count = CaptureCount(node);
        for (int i = 1; i <= count && i <= subgraph.Inputs.Count; i++)
        {
            subgraph.Inputs[^i].Type = node.Input(node.Inputs.Count - i).Type;
        }
    }

    /// <summary>Checks the number of a subgraph's inputs and outputs.</summary>
    private protected static void CheckCounts(Node node, string name, int inputs, int outputs)
    {
        Graph subgraph = Subgraph(node, name);
        if (subgraph.Inputs.Count != inputs || subgraph.Outputs.Count < outputs)
        {
            throw NodeErrors.Invalid(node, $"its subgraph '{name}' has {subgraph.Inputs.Count} inputs and {subgraph.Outputs.Count} outputs; {inputs} and {outputs} are needed.");
        }
    }

    /// <summary>What is true of both types.</summary>
    /// <exception cref="ModelBuildException">The element types differ (MDB2003).</exception>
    private protected static TensorType Common(Node node, TensorType a, TensorType b)
    {
        DType type = ElementTypes.Same(node, a.DType, b.DType);
        if (a.Shape is null || b.Shape is null || a.Shape.Rank != b.Shape.Rank)
        {
            return new TensorType(type, null);
        }

        return new TensorType(type, new Shape(a.Shape.Select((d, i) => d == b.Shape[i] ? d : Dim.Unknown)));
    }

    /// <summary>The single element of a tensor of truth values.</summary>
    private protected static bool Condition(Node node, Tensor tensor) => tensor is { DType: DType.Bool, Count: 1 }
        ? tensor.Bytes[0] != 0
        : throw NodeErrors.Invalid(node, $"its condition is {tensor.Type}; one truth value is needed.");

    /// <summary>Checks a condition's type where it is known.</summary>
    private protected static void CheckCondition(Node node, int input)
    {
        TensorType type = node.Input(input).Type;
        if ((type.DType != DType.Undefined && type.DType != DType.Bool) || (type.Shape is { IsStatic: true } shape && shape.ElementCount != 1))
        {
            throw NodeErrors.Invalid(node, $"its condition is {type}; one truth value is needed.");
        }
    }

    /// <summary>Stops where memory for a value cannot be planned.</summary>
    private protected static void RequireStatic(Node node, Value value)
    {
        if (!value.Type.IsStatic)
        {
            throw new ModelBuildException(Diagnostic.At(
                Descriptors.UnsetDimension,
                node.Name,
                $"{node.OpType} '{node.Name}': '{value.Name}' has the type {value.Type}, but every size must be known to compile and stay the same in all iterations. Set Dims for the model's symbolic dimensions, or set Runtime=\"onnxruntime\"."));
        }
    }

    /// <summary>Makes the last inputs of a subgraph the captured values.</summary>
    private protected static void BindCaptures(ILoweringContext context, Graph subgraph)
    {
        int count = CaptureCount(context.Node);
        for (int i = 1; i <= count; i++)
        {
            context.Bind(subgraph.Inputs[^i], context.Input(context.Node.Inputs.Count - i));
        }
    }

    /// <summary>An output that the graph wants, or null.</summary>
    private protected static Value? OutputOrNull(Node node, int index) => index < node.Outputs.Count ? node.Outputs[index] : null;

    /// <summary>Appends a copy.</summary>
    private protected static void Copy(ILoweringContext context, Operand from, Operand to) => context.Call("Copy.Run", 0, ("x", from), ("y", to));
}
