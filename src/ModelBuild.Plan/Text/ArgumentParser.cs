using System;
using System.Collections.Generic;

namespace ModelBuild.Plan.Text;

/// <summary>Parses one <c>name=kind...</c> word of a call.</summary>
internal static class ArgumentParser
{
    private delegate bool TryParseItem<T>(string text, out T value);

    public static PlanArgument Parse(string word, int line)
    {
        int equals = word.IndexOf('=');
        if (equals < 0)
        {
            throw new PlanFormatException(line, "An argument has the form name=value.");
        }

        string name = NameChecks.AsciiIdentifier(word.Substring(0, equals), line);
        string value = word.Substring(equals + 1);
        if (value == "none")
        {
            return new AbsentArgument(name);
        }

        if (value == "strings")
        {
            return new StringsArgument(name);
        }

        int colon = value.IndexOf(':');
        if (colon < 0)
        {
            throw new PlanFormatException(line, $"The argument '{name}' has no kind.");
        }

        string kind = value.Substring(0, colon);
        string rest = value.Substring(colon + 1);
        return kind switch
        {
            "int" or "long" when IsSize(rest) => new SizeArgument(name, SizeText.Parse(rest, line), kind == "long"),
            "ints" or "longs" when IsSize(rest) => new SizesArgument(name, Sizes(rest, line), kind == "longs"),
            "int" => new IntArgument(name, Number<int>(rest, TextNumbers.TryParse, line)),
            "long" => new LongArgument(name, Number<long>(rest, TextNumbers.TryParse, line)),
            "float" => new FloatArgument(name, Number<float>(rest, TextNumbers.TryParse, line)),
            "double" => new DoubleArgument(name, Number<double>(rest, TextNumbers.TryParse, line)),
            "bool" when rest is "true" or "false" => new BoolArgument(name, rest == "true"),
            "enum" => Enumeration(name, rest, line),
            "ints" => new IntsArgument(name, List<int>(rest, TextNumbers.TryParse, line)),
            "longs" => new LongsArgument(name, Longs(rest, line)),
            "floats" => new FloatsArgument(name, List<float>(rest, TextNumbers.TryParse, line)),
            _ => new OperandArgument(name, Operand(kind, rest, line)),
        };
    }

    /// <summary>Parses a comma-separated list; an empty text is the empty list.</summary>
    public static PlanList<long> Longs(string text, int line) => List<long>(text, TextNumbers.TryParse, line);

    /// <summary>Parses a comma-separated list of sizes.</summary>
    public static PlanList<PlanSize> Sizes(string text, int line)
    {
        var sizes = new List<PlanSize>();
        foreach (string item in text.Split(','))
        {
            sizes.Add(SizeText.Parse(item, line));
        }

        return new PlanList<PlanSize>(sizes);
    }

    // Only what depends on a size of the call names one.
    private static bool IsSize(string text) => text.IndexOf('d') >= 0;

    private static EnumArgument Enumeration(string name, string text, int line)
    {
        string member = NameChecks.Kernel(text, line);
        int dot = member.IndexOf('.');
        return new EnumArgument(name, member.Substring(0, dot), member.Substring(dot + 1));
    }

    private static PlanOperand Operand(string place, string count, int line)
    {
        PlanSize? size = IsSize(count) ? SizeText.Parse(count, line) : null;
        long elements = size is null ? Number<long>(count, TextNumbers.TryParse, line) : 0;
        int dot = place.IndexOf('.');
        if (dot < 0)
        {
            throw new PlanFormatException(line, $"Unknown argument kind '{place}'.");
        }

        string memory = place.Substring(0, dot);
        string type = place.Substring(dot + 1);
        long offset = 0;
        int index = 0;
        PlanMemory kind;
        if (memory is "arena" or "weights")
        {
            kind = memory == "arena" ? PlanMemory.Arena : PlanMemory.Weights;
            int at = type.IndexOf('@');
            if (at < 0)
            {
                throw new PlanFormatException(line, $"The operand '{place}' has no offset.");
            }

            offset = Number<long>(type.Substring(at + 1), TextNumbers.TryParse, line);
            type = type.Substring(0, at);
        }
        else if (memory.StartsWith("input", StringComparison.Ordinal))
        {
            kind = PlanMemory.Input;
            index = Number<int>(memory.Substring(5), TextNumbers.TryParse, line);
        }
        else if (memory.StartsWith("output", StringComparison.Ordinal))
        {
            kind = PlanMemory.Output;
            index = Number<int>(memory.Substring(6), TextNumbers.TryParse, line);
        }
        else if (memory.StartsWith("buffer", StringComparison.Ordinal))
        {
            kind = PlanMemory.Buffer;
            index = Number<int>(memory.Substring(6), TextNumbers.TryParse, line);
        }
        else
        {
            throw new PlanFormatException(line, $"Unknown memory '{memory}'.");
        }

        return PlanNames.TryParse(type, out PlanElementType element)
            ? new PlanOperand(kind, element, index, offset, elements, size)
            : throw new PlanFormatException(line, $"Unknown element type '{type}'.");
    }

    private static PlanList<T> List<T>(string text, TryParseItem<T> parse, int line)
    {
        if (text.Length == 0)
        {
            return PlanList<T>.Empty;
        }

        var values = new List<T>();
        foreach (string item in text.Split(','))
        {
            values.Add(Number(item, parse, line));
        }

        return new PlanList<T>(values);
    }

    private static T Number<T>(string text, TryParseItem<T> parse, int line) =>
        parse(text, out T value) ? value : throw new PlanFormatException(line, $"'{text}' is not a number of its kind.");
}
