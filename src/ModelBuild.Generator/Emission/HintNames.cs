using System.Globalization;
using System.Text;

namespace ModelBuild.Generator.Emission;

/// <summary>Names of generated files: ASCII, bounded and different for different classes.</summary>
internal static class HintNames
{
    // Leaves room for a folder below the 260 characters that some systems allow.
    private const int MaxLength = 100;

    public static string Of(string fullName)
    {
        var name = new StringBuilder();
        uint hash = 2166136261;
        bool isChanged = fullName.Length > MaxLength;
        foreach (char c in fullName)
        {
            bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c is '_' or '.';
            isChanged |= !isPlain;
            hash = unchecked((hash ^ c) * 16777619);
            if (name.Length < MaxLength)
            {
                name.Append(isPlain ? c : '_');
            }
        }

        // FNV-1a tells changed names apart.
        if (isChanged)
        {
            name.Append('-').Append(hash.ToString("x8", CultureInfo.InvariantCulture));
        }

        return name.Append(".g.cs").ToString();
    }
}
