using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Options;

namespace ModelBuild.Compiler;

/// <summary>What a model is made of, in words: for a look at it before anything is built.</summary>
internal static class ModelListing
{
    /// <summary>One line for each input, output, dimension that is free and operator, after one for the model.</summary>
    public static IEnumerable<string> Lines(CompileOptions options, CancellationToken cancellation)
    {
        string modelPath = options.ModelPath;
        Graph graph = Importers.Import(modelPath, options.Lengths, cancellation);
        TypeInference.Run(graph, cancellation);
        yield return $"{Path.GetFileName(modelPath)}: opset {graph.SourceOpset}, {graph.Nodes.Count} nodes";
        foreach (Value input in graph.Inputs)
        {
            yield return $"  input  {input}";
        }

        foreach (GraphOutput output in graph.Outputs)
        {
            yield return $"  output {output.Name}: {output.Value.Type}";
        }

        foreach (string dim in graph.Inputs.SelectMany(i => i.Type.Shape ?? Shape.Scalar).Where(d => d.IsSymbolic).Select(d => d.Symbol!).Distinct())
        {
            yield return $"  dimension '{dim}' is free; fix it with Dims=\"{dim}=128\", or give it with every call with Dims=\"{dim}=1..128\"";
        }

        foreach (IGrouping<string, Node> group in graph.Nodes.GroupBy(n => n.Domain.Length == 0 ? n.OpType : $"{n.Domain}::{n.OpType}").OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            yield return $"  {group.Count(),5} x {group.Key}{(group.First().Op is null ? "   NOT SUPPORTED by the generated runtime" : "")}";
        }
    }
}
