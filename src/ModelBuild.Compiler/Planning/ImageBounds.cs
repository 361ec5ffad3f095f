using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Vision;
using ModelBuild.Compiler.Options;

namespace ModelBuild.Compiler.Planning;

/// <summary>Bounds the sizes of images that a model decodes: a file of a few bytes may tell any size, and memory is needed for it.</summary>
internal static class ImageBounds
{
    /// <summary>Gives every decoder the sizes that the user set for its dimensions.</summary>
    /// <exception cref="ModelBuildException">A size has none (MDB3001, all of them are listed).</exception>
    public static void Apply(Graph graph, CompileOptions options)
    {
        List<Diagnostic> errors = [];
        HashSet<string> unset = new(StringComparer.Ordinal);
        foreach (Node node in DecodersOf(graph))
        {
            List<long> bounds = [];
            foreach (DecodedAxis axis in DecodedAxis.Of(node))
            {
                SizeRange range = SizeRange.Any;
                if (axis.Declared.Symbol is { } symbol && !options.Ranges.TryGetValue(symbol, out range))
                {
                    bool isSet = options.Dims.TryGetValue(symbol, out long? size);
                    range = size is { } number ? new SizeRange(number, number) : SizeRange.Any;
                    if (!isSet && unset.Add(symbol))
                    {
                        errors.Add(Diagnostic.At(
                            Descriptors.UnsetDimension,
                            node.Name,
                            $"Dimension '{symbol}', the {(axis.IsHeight ? "height" : "width")} of the images that ImageDecoder '{node.Name}' takes, has no size; add Dims=\"{symbol}=1..1080\" to bound it, or Dims=\"{symbol}=224\" to fix it."));
                    }
                }

                bounds.AddRange([Math.Max(1, range.Minimum), range.Maximum, range.Step]);
            }

            DecodedAxis.Bound(node.Attributes, [.. bounds]);
        }

        if (errors.Count > 0)
        {
            throw new ModelBuildException(errors);
        }
    }

    /// <summary>The names of the sizes of images that a graph decodes.</summary>
    public static IEnumerable<string> SymbolsOf(Graph graph) => DecodersOf(graph).SelectMany(DecodedAxis.Of).Where(a => a.Declared.IsSymbolic).Select(a => a.Declared.Symbol!);

    private static IEnumerable<Node> DecodersOf(Graph graph) => graph.Nodes.Where(n => n is { OpType: "ImageDecoder", Domain: "" });
}
