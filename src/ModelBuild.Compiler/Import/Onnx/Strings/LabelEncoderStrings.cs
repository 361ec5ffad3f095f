using ModelBuild.Compiler.Import.Onnx.Upgrades;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx.Strings;

/// <summary>Rewrites LabelEncoder of every version, and CategoryMapper, to a LabelEncoder of version 2 between numbers.</summary>
/// <param name="node">The node.</param>
/// <param name="inputWords">The words whose positions the input holds; null where it holds numbers.</param>
internal sealed class LabelEncoderStrings(PendingNode node, string[]? inputWords)
{
    private const string DefaultWord = "_Unused";

    /// <summary>Rewrites the node.</summary>
    /// <returns>The words whose positions the output holds; null where it holds numbers.</returns>
    /// <exception cref="Diagnostics.ModelBuildException">The keys are strings, but the input is not one of known words (MDB3003).</exception>
    public string[]? Apply()
    {
        Unite();
        if (Take("keys_strings") is { } keys)
        {
            MapKeys(keys);
        }

        if (Take("values_strings") is not { } values)
        {
            node.Attributes.Remove("default_string");
            return null;
        }

        string unknown = node.Attributes.GetString("default_string", DefaultWord);
        node.Attributes.Remove("default_string");
        string[] words = [.. values.Append(unknown).Distinct(StringComparer.Ordinal)];
        node.Attributes.Add("values_int64s", [.. values.Select(v => (long)Array.IndexOf(words, v))]);
        node.Attributes.Add("default_int64", (long)Array.IndexOf(words, unknown));
        return words;
    }

    // Versions that map both ways by the type of their input become the form with keys and values.
    private void Unite()
    {
        string[]? strings = Take("classes_strings") ?? Take("cats_strings");
        long[]? integers = node.Attributes.GetInts("cats_int64s");
        node.Attributes.Remove("cats_int64s");
        node.OpType = "LabelEncoder";
        if (strings is null)
        {
            return;
        }

        integers ??= [.. Enumerable.Range(0, strings.Length).Select(i => (long)i)];
        bool isText = inputWords is not null;
        node.Attributes.Add(isText ? "keys_strings" : "values_strings", new StringsAttribute(strings));
        node.Attributes.Add(isText ? "values_int64s" : "keys_int64s", integers);
    }

    private void MapKeys(string[] keys)
    {
        if (inputWords is null)
        {
            throw new Diagnostics.ModelBuildException(Diagnostics.Diagnostic.At(
                Diagnostics.Descriptors.UnsupportedType, node.Name, $"{node.OpType} '{node.Name}' maps strings that the model does not name itself. Map them before the model, or set Runtime=\"onnxruntime\"."));
        }

        int[] kept = [.. Enumerable.Range(0, keys.Length).Where(i => Array.IndexOf(inputWords, keys[i]) >= 0)];
        node.Attributes.Add("keys_int64s", [.. kept.Select(i => (long)Array.IndexOf(inputWords, keys[i]))]);
        foreach (KeyValuePair<string, AttributeValue> pair in node.Attributes.Where(p => p.Key.StartsWith("values_", StringComparison.Ordinal)).ToArray())
        {
            switch (pair.Value)
            {
                case IntsAttribute list when list.Values.Length == keys.Length:
                    node.Attributes.Add(pair.Key, [.. kept.Select(i => list.Values[i])]);
                    break;
                case FloatsAttribute list when list.Values.Length == keys.Length:
                    node.Attributes.Add(pair.Key, new FloatsAttribute([.. kept.Select(i => list.Values[i])]));
                    break;
                case StringsAttribute list when list.Values.Length == keys.Length:
                    node.Attributes.Add(pair.Key, new StringsAttribute([.. kept.Select(i => list.Values[i])]));
                    break;
                default:
                    throw new Diagnostics.ModelBuildException(Diagnostics.Diagnostic.At(
                        Diagnostics.Descriptors.InvalidNode, node.Name, $"{node.OpType} '{node.Name}' has {keys.Length} keys, which {pair.Key} does not fit."));
            }
        }
    }

    private string[]? Take(string name)
    {
        string[]? values = node.Attributes.TryGet(name, out StringsAttribute? list) && list.Values.Length > 0 ? list.Values : null;
        node.Attributes.Remove(name);
        return values;
    }
}
