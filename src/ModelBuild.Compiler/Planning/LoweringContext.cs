using System.Reflection;
using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning;

/// <summary>Collects the steps of a graph while its nodes are lowered one after another.</summary>
internal sealed class LoweringContext(bool allowsWinograd = true) : ILoweringContext
{
    private readonly Dictionary<Value, PlanMemoryClass> _memory = [];
    private readonly List<(Node Node, Value Output, Value Input)> _inPlace = [];
    private readonly Dictionary<int, Node> _countedPlaces = [];
    private Node? _node;
    private List<PlanMemoryClass> _nodeScratch = [];

    /// <summary>Steps so far.</summary>
    public List<PendingStep> Steps { get; } = [];

    /// <summary>The chains of nodes that are lowered together; null where sizes vary.</summary>
    public ConvBlockFusion? Blocks { get; init; }

    /// <summary>The convolutions that read the planes of pictures; null where sizes vary.</summary>
    public PlanarConvFusion? Pictures { get; init; }

    /// <summary>Constants so far.</summary>
    public WeightsBuilder Constants { get; } = new();

    /// <summary>The strings that the model names; null where it has none.</summary>
    public LiteralStrings? Strings { get; set; }

    /// <summary>Memory of every value and scratch block.</summary>
    public List<PlanMemoryClass> Classes { get; } = [];

    /// <inheritdoc/>
    public Node Node => _node ?? throw new InvalidOperationException("No node is being lowered.");

    /// <summary>Lowers one node.</summary>
    public void Lower(Node node)
    {
        // A node with subgraphs lowers their nodes in its midst.
        (Node? outerNode, List<PlanMemoryClass> outerScratch) = (_node, _nodeScratch);
        (_node, _nodeScratch) = (node, []);
        int firstStep = Steps.Count;
        if (Blocks?.TryLower(this) != true && Pictures?.TryLower(this) != true)
        {
            node.Op!.Lower(this);
        }

        foreach (PlanMemoryClass scratch in _nodeScratch)
        {
            for (int step = firstStep; step < Steps.Count; step++)
            {
                scratch.Touch(step, read: false);
            }
        }

        // A node's own steps must not share memory between its inputs and outputs: keep both alive over all of them.
        foreach (Value? value in node.Inputs.Concat(node.Outputs))
        {
            if (value is not null && _memory.TryGetValue(value, out PlanMemoryClass? memory) && Steps.Count > firstStep && memory.Root.LastUse >= firstStep)
            {
                memory.Touch(firstStep, read: false);
                memory.Touch(Steps.Count - 1, read: false);
            }
        }

        (_node, _nodeScratch) = (outerNode, outerScratch);
    }

    /// <summary>Memory of a value.</summary>
    public PlanMemoryClass MemoryOf(Value value)
    {
        if (!_memory.TryGetValue(value, out PlanMemoryClass? memory))
        {
            memory = value.Constant is { } constant ? Constants.Add(constant) : New(BytesOf(value));
            _memory[value] = memory;
        }

        return memory;
    }

    /// <summary>Memory that only the plan knows, for example of a copied output.</summary>
    public PlanMemoryClass New(long bytes)
    {
        PlanMemoryClass memory = new(bytes);
        Classes.Add(memory);
        return memory;
    }

    /// <summary>The memory of outputs that may be written over inputs, in the order in which nodes said so.</summary>
    public IEnumerable<(PlanMemoryClass Output, PlanMemoryClass Input)> InPlace => _inPlace.Select(p => (MemoryOf(p.Output), MemoryOf(p.Input)));

    /// <summary>Merges the outputs that may be written over an input whose last reader they are.</summary>
    /// <param name="sameSize">Tells whether two pieces of memory are of one size.</param>
    public void ShareInPlace(Func<PlanMemoryClass, PlanMemoryClass, bool> sameSize)
    {
        foreach ((Node _, Value output, Value input) in _inPlace)
        {
            PlanMemoryClass to = MemoryOf(input).Root;
            PlanMemoryClass from = MemoryOf(output).Root;
            bool fits = to != from && to.Memory == PlanMemory.Arena && from.Memory == PlanMemory.Arena && sameSize(from, to);
            if (fits && to.LastUse == from.FirstUse)
            {
                from.MergeInto(to);
            }
        }
    }

    /// <summary>True when a node said that it may write one over the other.</summary>
    public bool MayOverwrite(PlanMemoryClass output, PlanMemoryClass input) => _inPlace.Any(p => MemoryOf(p.Output).Root == output.Root && MemoryOf(p.Input).Root == input.Root);

    /// <inheritdoc/>
    public bool AllowsWinograd => allowsWinograd;

    /// <inheritdoc/>
    public Operand Input(int index) => Planned(Node.Input(index));

    /// <inheritdoc/>
    public Operand? InputOrNull(int index) => Node.InputOrNull(index) is { } value ? Planned(value) : null;

    /// <inheritdoc/>
    public Operand Output(int index = 0) => Planned(Node.Outputs[index] ?? throw new InvalidOperationException($"'{Node.Name}' has no output {index}."));

    /// <inheritdoc/>
    public Tensor? Constant(int index) => Node.InputOrNull(index)?.Constant;

    /// <inheritdoc/>
    public long[] InputDims(int index) => Node.Input(index).Type.Shape!.ToArray();

    /// <inheritdoc/>
    public long[] OutputDims(int index = 0) => Node.Outputs[index]!.Type.Shape!.ToArray();

    /// <inheritdoc/>
    public bool SizesVary { get; init; }

    /// <inheritdoc/>
    public Operand Weights(Tensor tensor) => new PlannedOperand(tensor.DType, tensor.Count, Constants.Add(tensor));

    /// <inheritdoc/>
    public Operand? Scratch(DType type, long count)
    {
        if (count == 0 && !SizesVary)
        {
            return null;
        }

        PlanMemoryClass memory = New(checked(count * DTypes.SizeOf(type)));
        _nodeScratch.Add(memory);
        return new PlannedOperand(type, count, memory);
    }

    /// <inheritdoc/>
    public void Alias(int output, int input)
    {
        Value value = Node.Outputs[output]!;
        PlanMemoryClass memory = MemoryOf(Node.Input(input));
        if (_memory.TryGetValue(value, out PlanMemoryClass? own))
        {
            own.MergeInto(memory);
        }
        else
        {
            _memory[value] = memory;
        }
    }

    /// <inheritdoc/>
    public void AllowInPlace(int output, int input) => _inPlace.Add((Node, Node.Outputs[output]!, Node.Input(input)));

    /// <inheritdoc/>
    public void Call(string kernel, long macs, params ReadOnlySpan<(string Name, StepValue Value)> arguments) =>
        Add(Node, kernel, macs, arguments);

    /// <inheritdoc/>
    public bool IsCounted => SizeDependence.IsCounted(Node);

    /// <inheritdoc/>
    public bool Count(int size, string kernel, params ReadOnlySpan<(string Name, StepValue Value)> arguments)
    {
        if (IsCounted)
        {
            int place = Node.Graph.SizeDependence!.PlacesOf(Node)[size];

            // The steps of a loop that runs twice count twice; what has the size of another node does not.
            if (!_countedPlaces.TryAdd(place, Node) && _countedPlaces[place] != Node)
            {
                return false;
            }

            CountRange range = ((ICountedOp)Node.Op!).CountsOf(Node)![size];
            Add(Node, kernel, 0, arguments);
            Steps[^1] = Steps[^1] with { Count = place, Bound = range.Maximum ?? -1 };
        }

        return true;
    }

    /// <inheritdoc/>
    public Operand OperandOf(Value value) => Planned(value);

    /// <inheritdoc/>
    public void Bind(Value input, Operand memory) => _memory[input] = ((PlannedOperand)memory).Class;

    /// <inheritdoc/>
    public bool ShareMemory(Operand a, Operand b) => ((PlannedOperand)a).Class.Root == ((PlannedOperand)b).Class.Root;

    /// <inheritdoc/>
    public void LowerSubgraph(Graph subgraph)
    {
        foreach (Node node in subgraph.Nodes)
        {
            Lower(node);
        }
    }

    /// <inheritdoc/>
    public void BeginLoop(long? count, Operand? computedCount, Operand? condition, Operand iteration) =>
        AddBlock(PendingBlock.Loop, ("count", count is { } known ? (StepValue)known : computedCount), ("while", condition), ("index", iteration));

    /// <inheritdoc/>
    public void BeginIf(Operand condition) => AddBlock(PendingBlock.If, ("condition", condition));

    /// <inheritdoc/>
    public void BeginElse() => AddBlock(PendingBlock.Else);

    /// <inheritdoc/>
    public void EndBlock() => AddBlock(PendingBlock.End);

    private void AddBlock(PendingBlock block, params (string Name, StepValue Value)[] arguments)
    {
        foreach ((string name, StepValue value) in arguments)
        {
            if (value.Value is PlannedOperand operand)
            {
                operand.Class.Touch(Steps.Count, read: name != "index");
            }
        }

        Steps.Add(new PendingStep(Node, "", null, arguments, 0) { Block = block });
    }

    /// <summary>Appends a call on behalf of a node.</summary>
    public void Add(Node node, string kernel, long macs, ReadOnlySpan<(string Name, StepValue Value)> arguments)
    {
        MethodInfo method = KernelCatalog.Find(kernel);
        ParameterInfo[] parameters = method.GetParameters();
        var ordered = new (string Name, StepValue Value)[parameters.Length];
        foreach (ParameterInfo parameter in parameters)
        {
            int index = IndexOf(arguments, parameter.Name!);
            if (index < 0)
            {
                throw new InvalidOperationException($"Kernel '{kernel}' needs an argument '{parameter.Name}'.");
            }

            ordered[parameter.Position] = arguments[index];
            if (arguments[index].Value.Value is PlannedOperand operand)
            {
                bool writes = parameter.ParameterType.IsGenericType && parameter.ParameterType.GetGenericTypeDefinition() == typeof(Span<>);
                operand.Class.Touch(Steps.Count, read: !writes);
            }
        }

        if (arguments.Length != parameters.Length)
        {
            throw new InvalidOperationException($"Kernel '{kernel}' has {parameters.Length} parameters, {arguments.Length} arguments were given.");
        }

        Steps.Add(new PendingStep(node, kernel, method, ordered, macs));
    }

    private static int IndexOf(ReadOnlySpan<(string Name, StepValue Value)> arguments, string name)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private static long BytesOf(Value value) => checked(value.Type.Shape!.ElementCount * DTypes.SizeOf(value.Type.DType));

    private PlannedOperand Planned(Value value) => new(value.Type.DType, value.Type.Shape!.ElementCount, MemoryOf(value));
}
