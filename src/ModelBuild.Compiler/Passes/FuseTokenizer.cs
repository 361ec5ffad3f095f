using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Contrib;
using ModelBuild.Compiler.Ops.Fused;
using ModelBuild.Compiler.Ops.Text;

namespace ModelBuild.Compiler.Passes;

/// <summary>
/// A Tokenizer whose tokens only a TfIdfVectorizer counts becomes one operator with it, which needs no room for them. What fills up rows must be no token of an n-gram, and between the texts of one row it
/// would part n-grams: several texts in a row are taken with single tokens only.
/// </summary>
public sealed class FuseTokenizer : IPass
{
    /// <inheritdoc/>
    public string Name => nameof(FuseTokenizer);

    /// <inheritdoc/>
    public bool Run(Graph graph, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            if (node is not { OpType: "TfIdfVectorizer", Domain: "" } || Source(graph, node) is not { } tokenizer || !Fits(tokenizer, node))
            {
                continue;
            }

            AttributeMap attributes = node.Attributes.Clone();
            foreach (KeyValuePair<string, AttributeValue> attribute in tokenizer.Attributes)
            {
                attributes[attribute.Key] = attribute.Value;
            }

            Node fused = graph.AddNode(FusedDomain.Name, "TokenWeights", node.Name, [tokenizer.Input(0)], [$"{node.Name}_weights"], attributes);
            TypeInference.Run(fused, cancellation);
            fused.FusedFrom.AddRange([tokenizer.ToString(), node.ToString()]);
            graph.ReplaceUses(node.Output, fused.Output);
            graph.Remove(node);
            changed = true;
        }

        return changed;
    }

    // Behind what leaves one row of tokens for each row of texts; dead nodes are removed later.
    private static Node? Source(Graph graph, Node node)
    {
        Value value = node.Input(0);
        while (value.Consumers.Count == 1 && !graph.IsOutput(value) && value.Producer is { } producer)
        {
            if (producer is { OpType: "Tokenizer", Domain: ContribOp.DomainName })
            {
                return producer;
            }

            bool keepsRows = producer is { Domain: "", OpType: "Identity" } || (producer is { Domain: "", OpType: "Flatten" } && producer.Attributes.GetInt("axis", 1) == 1);
            if (!keepsRows)
            {
                return null;
            }

            value = producer.Input(0);
        }

        return null;
    }

    private static bool Fits(Node tokenizer, Node counter)
    {
        Shape? texts = tokenizer.Input(0).Type.Shape;
        NGramPool pool = NGramPool.Of(counter);
        bool oneTextARow = texts is { Rank: 1 } or [_, { IsKnown: true, Value: 1 }];
        bool oneTokenAGram = pool.Grams.All(g => g.Keys.Length == 1);
        return texts is { IsStatic: true } && pool.Words?.Contains(TokenizerSettings.Of(tokenizer).PadValue) == false && (oneTextARow || oneTokenAGram);
    }
}
