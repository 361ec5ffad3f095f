using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Planning;

/// <summary>Lists everything that the compiler does not know, once per distinct operator.</summary>
public static class UnsupportedOperators
{
    /// <summary>One MDB2001 for each operator without a definition, in order of first appearance.</summary>
    public static IEnumerable<Diagnostic> Find(Graph graph)
    {
        foreach (IGrouping<(string Domain, string OpType), Node> group in SubgraphCaptures.NodesOf(graph).Where(n => n.Op is null).GroupBy(n => (n.Domain, n.OpType)))
        {
            Node first = group.First();
            int count = group.Count();
            string name = group.Key.Domain.Length == 0 ? group.Key.OpType : $"{group.Key.Domain}::{group.Key.OpType}";
            yield return Diagnostic.At(
                Descriptors.UnsupportedOperator,
                first.Name,
                $"Operator '{name}' ({count} {(count == 1 ? "node" : "nodes")}, first '{first.Name}') is not supported. {UnsupportedHints.Of(group.Key.Domain, group.Key.OpType)}");
        }
    }
}
