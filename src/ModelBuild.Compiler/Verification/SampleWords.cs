using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Verification;

/// <summary>The strings that a graph input is drawn from: words that the operators behind it know, one that none of them knows, numerals where they are read as numbers, and texts of several words where a text is taken apart.</summary>
internal static class SampleWords
{
    private const string Unknown = "unknown";
    private const int MaxWordsOfText = 12;
    private static readonly string[] s_numerals = ["0", "1", "2", "3"];
    private static readonly string[] s_splits = ["Tokenizer", "StringSplit"];

    // Attributes that hold no words: how strings are treated, cut or filled up.
    private static readonly HashSet<string> s_settings = new(StringComparer.Ordinal) { "separators", "tokenexp", "pad_value", "mode", "locale", "case_change_action", "delimiter", "pattern", "default_string" };

    /// <summary>What an input is drawn from.</summary>
    /// <param name="Words">In the order in which the graph has them, each once.</param>
    /// <param name="IsText">True where several are joined by spaces.</param>
    internal sealed record Source(string[] Words, bool IsText);

    /// <summary>Looks through all that reads the input's strings.</summary>
    public static Source Of(Value input)
    {
        List<string> words = [];
        bool isText = false;
        bool isNumber = false;
        HashSet<Value> seen = [input];
        Queue<Value> work = new([input]);
        while (work.TryDequeue(out Value? value))
        {
            foreach (Node reader in value.Consumers.Distinct())
            {
                isText |= s_splits.Contains(reader.OpType);
                isNumber |= reader.OpType == "Cast" && reader.Outputs is [{ Type.DType: not (DType.String or DType.Undefined) }];
                words.AddRange(reader.Attributes.Where(a => !s_settings.Contains(a.Key)).SelectMany(a => WordsOf(a.Value)));
                words.AddRange(reader.Inputs.Where(i => i?.Constant is { DType: DType.String }).SelectMany(i => i!.Constant!.ToStringArray()));
                foreach (Value? output in reader.Outputs)
                {
                    if (output is { Type.DType: DType.String } && seen.Add(output))
                    {
                        work.Enqueue(output);
                    }
                }
            }
        }

        // What is read as a number must be one.
        return isNumber ? new Source(s_numerals, false) : new Source([.. words.Where(w => w.Length > 0).Distinct(StringComparer.Ordinal), Unknown], isText);
    }

    /// <summary>One string.</summary>
    /// <param name="next">Numbers from 0 to 1.</param>
    public static string Draw(Source source, Func<double> next)
    {
        string word = source.Words[(int)(next() * source.Words.Length)];
        for (int more = source.IsText ? (int)(next() * MaxWordsOfText) : 0; more > 0; more--)
        {
            word += " " + source.Words[(int)(next() * source.Words.Length)];
        }

        return word;
    }

    private static IEnumerable<string> WordsOf(AttributeValue value) => value switch
    {
        StringsAttribute list => list.Values,
        StringAttribute one => [one.Value],
        TensorAttribute { Value: { DType: DType.String } tensor } => tensor.ToStringArray(),
        _ => [],
    };
}
