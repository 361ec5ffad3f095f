namespace ModelBuild.Compiler.Ir;

/// <summary>
/// Which values a graph must compute at run time although they are constants once the sizes of a call are fixed. A graph is compiled for several sizes; what folds to
/// numbers that differ between them is left to run time, but for short integer vectors, which shapes are made of.
/// </summary>
public sealed class SizeDependence
{
    /// <summary>Longest integer vector that may differ between sizes and still be folded.</summary>
    public const int MaxIntegers = 64;

    private readonly HashSet<string> _runTime = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<int>> _counted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AxisSizes> _varying = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _counters = new(StringComparer.Ordinal);
    private readonly HashSet<long> _met = [];
    private readonly HashSet<string> _misfits = new(StringComparer.Ordinal);
    private string? _misfit;
    private Dictionary<string, Tensor> _folded = new(StringComparer.Ordinal);

    /// <summary>The sizes that steps count, for which the graph is compiled now.</summary>
    public IReadOnlyList<long> Counts { get; private set; } = [];

    /// <summary>The sizes of all operands that this compilation has come to.</summary>
    public IReadOnlyCollection<long> Met => _met;

    /// <summary>How far this compilation has come: it tells two that fail at different nodes apart.</summary>
    public int Reached { get; private set; }

    /// <summary>True where a call gives sizes: then a size that is 1 in this compilation says nothing about others.</summary>
    public bool HasCallSizes { get; set; }

    /// <summary>Begins a compilation for sizes that steps count.</summary>
    public void Begin(IReadOnlyList<long> counts)
    {
        Counts = counts;
        Reached = 0;
        _met.Clear();
        _misfit = null;
    }

    /// <summary>Notes that the operands of a node have sizes that do not fit together in this compilation.</summary>
    public void NoteMisfit(Node node) => _misfit ??= Counts.Count > 0 ? NameOf(node) : null;

    /// <summary>Has the first node whose operands do not fit together in this compilation wait for a step that tells whether they do in the call.</summary>
    /// <returns>False where there is no such node.</returns>
    public bool AddMisfit() => _misfit is not null && _misfits.Add(_misfit);

    /// <summary>True for a node whose operands fit together at some sizes only.</summary>
    public bool IsMisfit(Node node) => _misfits.Count > 0 && _misfits.Contains(NameOf(node));

    /// <summary>True where there is a node whose operands fit together at some sizes only.</summary>
    public bool HasMisfits => _misfits.Count > 0;

    /// <summary>Notes that a node counts sizes.</summary>
    /// <param name="places">Their places in <see cref="Counts"/>; several nodes may have the same where their sizes are equal in every call.</param>
    public void AddCounted(Node node, IReadOnlyList<int> places) => _counted.Add(NameOf(node), places);

    /// <summary>The places in <see cref="Counts"/> of the sizes that a node counts; none where it counts none.</summary>
    public IReadOnlyList<int> PlacesOf(Node node) => _counted.GetValueOrDefault(NameOf(node)) ?? [];

    /// <summary>True for a node that counts sizes: what is known of its results holds for this compilation only.</summary>
    public static bool IsCounted(Node node) => node.Graph.SizeDependence?.PlacesOf(node).Count > 0;

    /// <summary>True for a node that counts sizes, or that has a subgraph with one.</summary>
    public static bool CountsWithin(Node node) => IsCounted(node) || node.Attributes.Select(a => a.Value).OfType<GraphAttribute>().SelectMany(a => SubgraphCaptures.NodesOf(a.Value)).Any(IsCounted);

    /// <summary>Gives the counted sizes the order in which steps count them.</summary>
    /// <param name="counted">The places as they are now, in the order of the steps.</param>
    /// <returns>For each place the one where the size was before.</returns>
    public int[] Order(IEnumerable<int> counted)
    {
        int[] order = [.. counted.Concat(_counted.Values.SelectMany(p => p)).Distinct()];
        foreach (string name in _counted.Keys.ToArray())
        {
            _counted[name] = [.. _counted[name].Select(p => Array.IndexOf(order, p))];
        }

        return order;
    }

    /// <summary>Notes that the steps of a node need a size that another node of the same graph counts, so that they stand after its steps though no value goes from one to the other.</summary>
    /// <returns>True when that was not known.</returns>
    public bool AddCounter(Node node, Node counter) =>
        node != counter && node.Graph == counter.Graph && (_counters.TryGetValue(NameOf(node), out HashSet<string>? known) ? known : _counters[NameOf(node)] = new(StringComparer.Ordinal)).Add(NameOf(counter));

    /// <summary>The nodes of a graph that must stand after others that count their sizes.</summary>
    public IEnumerable<(Node Node, Node Counter)> Counters(Graph graph)
    {
        if (_counters.Count == 0)
        {
            return [];
        }

        Dictionary<string, Node> nodes = graph.Nodes.DistinctBy(NameOf).ToDictionary(NameOf, StringComparer.Ordinal);
        return nodes.Values.SelectMany(node => _counters.GetValueOrDefault(NameOf(node), []).Where(nodes.ContainsKey).Select(c => (node, nodes[c])));
    }

    /// <summary>Notes that the branches of an If, or the operands of another node, differ in an axis of an output, at some sizes at least.</summary>
    /// <param name="node">The node.</param>
    /// <param name="output">The output.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="sizes">The sizes of the axis in the branches or operands.</param>
    /// <returns>True when that was not known.</returns>
    public bool AddVarying(Node node, int output, int axis, AxisSizes sizes)
    {
        string name = $"{NameOf(node)}:{output}:{axis}";
        bool isNew = !_varying.ContainsKey(name);
        if (isNew || PlacesOf(node).Count == 0)
        {
            _varying[name] = sizes;
        }

        return isNew;
    }

    /// <summary>What <see cref="AddVarying"/> noted of an axis; null where branches or operands agree at all sizes.</summary>
    public AxisSizes? VaryingSizes(Node node, int output, int axis) => _varying.GetValueOrDefault($"{NameOf(node)}:{output}:{axis}");

    /// <summary>Notes the sizes that a node is about to be inferred from.</summary>
    public void Meet(Node node)
    {
        Reached++;
        _met.UnionWith(node.Inputs.SelectMany(i => i?.Type.Shape ?? Shape.Scalar).Where(d => d.IsKnown).Select(d => d.Value));
    }

    /// <summary>Gives the outputs of a node the sizes that it counts.</summary>
    public void ApplyCounts(Node node)
    {
        IReadOnlyList<int> places = PlacesOf(node);
        for (int i = 0; places.Count > 0 && i < node.Outputs.Count; i++)
        {
            Value? output = node.Outputs[i];
            if (output?.Type.Shape is not { } shape)
            {
                continue;
            }

            int ordinal = 0;
            Dim[] dims = [.. shape];
            for (int axis = 0; axis < dims.Length; axis++)
            {
                if (!dims[axis].IsKnown)
                {
                    int count = (node.Op as ICountedOp)?.CountOf(node, i, axis, ordinal) ?? ordinal;
                    dims[axis] = count >= 0 && count < places.Count ? Counts[places[count]] : dims[axis];
                    ordinal++;
                }
            }

            output.Type = output.Type with { Shape = new Shape(dims) };
        }
    }

    /// <summary>True when the value may be folded.</summary>
    public bool MayFold(Value output) => !_runTime.Contains(NameOf(output));

    /// <summary>Notes what a value was folded to.</summary>
    public void Record(Value output, Tensor result) => _folded[NameOf(output)] = result;

    /// <summary>Starts the record of another compilation and returns that of the last one.</summary>
    public IReadOnlyDictionary<string, Tensor> TakeRecord()
    {
        Dictionary<string, Tensor> record = _folded;
        _folded = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        return record;
    }

    /// <summary>Leaves to run time what two compilations for different sizes folded to different numbers.</summary>
    /// <returns>True when that is more than before, so that the graph must be compiled again.</returns>
    public bool Learn(IReadOnlyDictionary<string, Tensor> one, IReadOnlyDictionary<string, Tensor> other)
    {
        bool learned = false;
        foreach ((string name, Tensor a) in one)
        {
            if (other.TryGetValue(name, out Tensor? b) && Differ(a, b))
            {
                learned |= _runTime.Add(name);
            }
        }

        return learned;
    }

    // A node is known by its first output: passes keep the names of values.
    internal static string NameOf(Node node) => node.Graph.Path + (node.Outputs.FirstOrDefault(o => o is not null)?.Name ?? "");

    private static string NameOf(Value output) => output.Producer!.Graph.Path + output.Name;

    private static bool Differ(Tensor a, Tensor b)
    {
        if (a.DType == b.DType && a.Dims.SequenceEqual(b.Dims))
        {
            bool isShape = (DTypes.IsInteger(a.DType) || a.DType == DType.Bool) && a.Count <= MaxIntegers;
            return !isShape && !a.Bytes.SequenceEqual(b.Bytes);
        }

        return true;
    }
}
