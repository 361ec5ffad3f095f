using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;

namespace ModelBuild.Compiler.Planning;

/// <summary>Gives symbolic dimensions their sizes: those that the user set, and 1 for a free batch.</summary>
public static class DimBinder
{
    /// <summary>Replaces symbolic input dimensions by numbers and infers all types again.</summary>
    /// <param name="dims">Sizes by name; null marks a free batch.</param>
    /// <returns>True when the graph computes one item of a free batch.</returns>
    /// <exception cref="ModelBuildException">A dimension has no size (MDB3001, all of them are listed).</exception>
    public static bool Bind(Graph graph, IReadOnlyDictionary<string, long?> dims, CancellationToken cancellation = default)
    {
        string? batch = FindBatch(graph, dims);
        List<Diagnostic> errors = [.. UnknownNames(graph, dims.Keys)];
        HashSet<string> told = [.. MeantNames(graph, dims.Keys)];
        foreach (Value input in graph.Inputs)
        {
            if (input.Type.Shape is not { } shape)
            {
                errors.Add(Diagnostic.Of(Descriptors.UnsetDimension, $"Input '{input.Name}' has no shape at all. Export the model with a shape for it."));
                continue;
            }

            for (int axis = 0; axis < shape.Rank; axis++)
            {
                Dim dim = shape[axis];
                if (dim.IsKnown)
                {
                    continue;
                }

                if (dims.TryGetValue(dim.Symbol!, out long? size) && size is { } number)
                {
                    shape = shape.With(axis, number);
                }
                else if (dim.Symbol == batch && axis == 0)
                {
                    shape = shape.With(axis, 1);
                }
                else if (told.Add(dim.Symbol!))
                {
                    errors.Add(Diagnostic.Of(Descriptors.UnsetDimension, $"Dimension '{dim.Symbol}' of input '{input.Name}' {shape} has no size; add Dims=\"{dim.Symbol}=128\" to fix it, or Dims=\"{dim.Symbol}=1..128\" to give it with every call."));
                }
            }

            input.Type = input.Type with { Shape = shape };
        }

        if (errors.Count > 0)
        {
            throw new ModelBuildException(errors);
        }

        foreach (Value? output in graph.Nodes.SelectMany(n => n.Outputs))
        {
            if (output is not null)
            {
                output.Type = TensorType.Unknown;
            }
        }

        TypeInference.Run(graph, cancellation);
        if (batch is null)
        {
            return false;
        }

        GraphOutput? mixed = graph.Outputs.FirstOrDefault(o => o.Value.Type.Shape is { } s && (s.Rank == 0 || s[0] != new Dim(1)));
        return mixed is null ? true : throw new ModelBuildException(Diagnostic.Of(
            Descriptors.UnsetDimension,
            $"Output '{mixed.Name}' {mixed.Value.Type} does not lead with the batch '{batch}', so that items cannot be computed one by one. Fix the batch, Dims=\"{batch}=1\", or give its size with every call, Dims=\"{batch}=1..\"."));
    }

    /// <summary>What is wrong with names that no dimension of the model has.</summary>
    internal static IEnumerable<Diagnostic> UnknownNames(Graph graph, IEnumerable<string> names)
    {
        string[] known = KnownNames(graph);
        foreach (string name in names.Except(known))
        {
            string nearest = NearestName.Find(name, known) is { } near ? $"Did you mean '{near}'? " : "";
            yield return Diagnostic.InSetting(
                Descriptors.UnsetDimension,
                MetadataNames.Dims,
                $"Dims names '{name}', which no input has. {nearest}{(known.Length == 0 ? "Every dimension of the model is fixed." : $"The model's dimensions are: {string.Join(", ", known)}.")}");
        }
    }

    /// <summary>The symbol that leads every input and has no size, or null.</summary>
    internal static string? FindBatch(Graph graph, IReadOnlyDictionary<string, long?> dims)
    {
        string?[] leading = [.. graph.Inputs.Select(i => i.Type.Shape is { Rank: > 0 } s && s[0].IsSymbolic ? s[0].Symbol : null)];
        bool all = leading.Length > 0 && leading.All(l => l is not null && !(dims.TryGetValue(l, out long? size) && size is not null));
        bool one = all && leading.Distinct().Count() == 1;

        // Exporters name the batch of each input differently when they do not know that it is one; then every input must lead with a dimension of its own.
        return one ? leading[0] : all && leading.Distinct().Count() == leading.Length ? UnifyBatch(graph, leading) : null;
    }

    // Dimensions that an unknown name was meant for: that they have no size is the same mistake, told once.
    private static IEnumerable<string> MeantNames(Graph graph, IEnumerable<string> names)
    {
        string[] known = KnownNames(graph);
        return names.Except(known).Select(n => NearestName.Find(n, known)).OfType<string>();
    }

    private static string[] KnownNames(Graph graph) =>
        [.. graph.Inputs.SelectMany(i => i.Type.Shape ?? Shape.Scalar).Where(d => d.IsSymbolic).Select(d => d.Symbol!).Concat(ImageBounds.SymbolsOf(graph)).Distinct()];

    private static string UnifyBatch(Graph graph, string?[] leading)
    {
        string batch = leading[0]!;
        foreach (Value input in graph.Inputs)
        {
            input.Type = input.Type with { Shape = input.Type.Shape!.With(0, new Dim(batch)) };
        }

        return batch;
    }
}
