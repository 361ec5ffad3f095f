using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Upgrades;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx.Sequences;

/// <summary>An If that chooses between two sequences of equal length when the model runs chooses between their elements.</summary>
internal sealed class SequenceBranches(OnnxSequences sequences)
{
    private readonly Dictionary<Graph, int?[]> _lengths = [];

    /// <summary>The outputs of a branch with the elements in place of each sequence.</summary>
    public IReadOnlyList<Value> Flatten(Graph branch, IReadOnlyList<Value> outputs)
    {
        IReadOnlyList<Value>?[] elements = [.. outputs.Select(sequences.ElementsOf)];
        if (elements.Any(e => e is not null))
        {
            _lengths[branch] = [.. elements.Select(e => e?.Count)];
        }

        return [.. outputs.SelectMany((o, i) => elements[i] ?? [o])];
    }

    /// <summary>Adds an If of which an output is a sequence.</summary>
    /// <returns>The values of its outputs, or null where it is to be added as it is.</returns>
    /// <exception cref="ModelBuildException">Its branches make sequences of different lengths (MDB2001).</exception>
    public IReadOnlyList<Value?>? Add(PendingNode node, CancellationToken cancellation)
    {
        int?[]? then = LengthsOf(node, "then_branch");
        int?[]? other = LengthsOf(node, "else_branch");
        if (then is null && other is null)
        {
            return null;
        }

        if (then is null || other is null || !then.AsSpan().SequenceEqual(other) || then.Length < node.Outputs.Count)
        {
            throw new ModelBuildException(Diagnostic.At(
                Descriptors.UnsupportedOperator,
                node.Name,
                $"If '{node.Name}' makes a sequence in one branch and in the other none or one of another length, and its condition is only known at run time. Export the model with a constant condition or with tensors."));
        }

        List<string> names = [.. node.Outputs];
        node.Outputs.Clear();
        for (int i = 0; i < names.Count; i++)
        {
            node.Outputs.AddRange(then[i] is { } length ? Enumerable.Range(0, length).Select(e => names[i].Length == 0 ? "" : $"{names[i]}/{e}") : [names[i]]);
        }

        IReadOnlyList<Value?> values = node.AddTo("", cancellation);
        List<Value?> results = [];
        int next = 0;
        for (int i = 0; i < names.Count; i++)
        {
            int count = then[i] ?? 1;
            results.Add(then[i] is null ? values[next] : names[i].Length == 0 ? null : sequences.Make(node.Graph, names[i], [.. values.Skip(next).Take(count).Select(v => v!)]));
            next += count;
        }

        return results;
    }

    private int?[]? LengthsOf(PendingNode node, string branch) => node.Attributes.TryGet(branch, out GraphAttribute? graph) ? _lengths.GetValueOrDefault(graph.Value) : null;
}
