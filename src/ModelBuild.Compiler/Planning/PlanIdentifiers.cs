using System.Globalization;
using System.Text;

namespace ModelBuild.Compiler.Planning;

/// <summary>C# names from foreign ones. Letters and digits of ASCII survive; everything else separates words.</summary>
public static class PlanIdentifiers
{
    private const int MaxLength = 64;

    /// <summary>A PascalCase identifier, or <paramref name="fallback"/> when no letter or digit is left.</summary>
    public static string Pascal(string name, string fallback)
    {
        StringBuilder text = new();
        bool upper = true;
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c))
            {
                upper = true;
                continue;
            }

            text.Append(upper ? char.ToUpperInvariant(c) : c);
            upper = false;
            if (text.Length == MaxLength)
            {
                break;
            }
        }

        if (text.Length == 0)
        {
            return fallback;
        }

        return char.IsAsciiDigit(text[0]) ? fallback + text : text.ToString();
    }

    /// <summary>A name that is not in <paramref name="taken"/>, which it joins.</summary>
    public static string Unique(string name, ISet<string> taken)
    {
        string unique = name;
        for (int i = 2; !taken.Add(unique); i++)
        {
            unique = string.Create(CultureInfo.InvariantCulture, $"{name}{i}");
        }

        return unique;
    }
}
