using System.Text.RegularExpressions;
using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Benchmarks.Layers;

/// <summary>Finds the step that computes what a node of ONNX Runtime computes, whose rewrites change names.</summary>
internal sealed partial class NodeNames
{
    private readonly Dictionary<string, string> _nodeByValue = [];
    private readonly Dictionary<string, int> _stepByNode = [];

    /// <param name="source">The model that ONNX Runtime reads.</param>
    /// <param name="steps">The plan's steps; of several with one node, the last one counts.</param>
    public NodeNames(Graph source, IReadOnlyList<PlanStep> steps)
    {
        foreach (Node node in source.Nodes)
        {
            foreach (Value output in node.Outputs.OfType<Value>())
            {
                _nodeByValue[output.Name] = node.Name;
            }
        }

        for (int i = 0; i < steps.Count; i++)
        {
            foreach (Match name in Quoted().Matches(steps[i].Comment))
            {
                _stepByNode[name.Groups[1].Value] = i;
            }
        }
    }

    /// <summary>The step's number, or null where none has the name.</summary>
    public int? Find(string name)
    {
        // Plain, with what rewrites add, and as the name of a value.
        string bare = Added().Replace(name, "");
        foreach (string candidate in (string[])[name, bare, _nodeByValue.GetValueOrDefault(bare, bare)])
        {
            if (_stepByNode.TryGetValue(candidate, out int step) || _stepByNode.TryGetValue(candidate + "_1", out step))
            {
                return step;
            }
        }

        return null;
    }

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();

    [GeneratedRegex("^fused |_nchwc$|_token_\\d+$|/MatMul\\w*Fusion/?$|_quant$")]
    private static partial Regex Added();
}
