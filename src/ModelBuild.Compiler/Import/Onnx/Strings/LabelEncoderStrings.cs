using ModelBuild.Compiler.Import.Onnx.Upgrades;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx.Strings;

/// <summary>Rewrites what maps both ways between strings and integers by the type of its input, LabelEncoder 1 and CategoryMapper, to a LabelEncoder of version 2 with keys and values.</summary>
internal static class LabelEncoderStrings
{
    /// <summary>Rewrites the node; one that has keys and values stays.</summary>
    public static void Unite(PendingNode node)
    {
        string[]? strings = Take(node, "classes_strings") ?? Take(node, "cats_strings");
        long[]? integers = node.Attributes.GetInts("cats_int64s");
        node.Attributes.Remove("cats_int64s");
        node.OpType = "LabelEncoder";
        if (strings is null)
        {
            return;
        }

        integers ??= [.. Enumerable.Range(0, strings.Length).Select(i => (long)i)];
        bool isText = node.Input(0)?.Type.DType == DType.String;
        node.Attributes.Add(isText ? "keys_strings" : "values_strings", new StringsAttribute(strings));
        node.Attributes.Add(isText ? "values_int64s" : "keys_int64s", integers);
    }

    private static string[]? Take(PendingNode node, string name)
    {
        string[]? values = node.Attributes.TryGet(name, out StringsAttribute? list) && list.Values.Length > 0 ? list.Values : null;
        node.Attributes.Remove(name);
        return values;
    }
}
