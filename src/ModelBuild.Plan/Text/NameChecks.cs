namespace ModelBuild.Plan.Text;

/// <summary>What names in a plan must be so that they can stand in code. Each method returns the name.</summary>
internal static class NameChecks
{
    private const int MaxNameLength = 512;

    public static string Identifier(string name, int line)
    {
        bool isIdentifier = name.Length is > 0 and <= MaxNameLength && (char.IsLetter(name[0]) || name[0] == '_');
        foreach (char c in name)
        {
            isIdentifier &= char.IsLetter(c) || (c >= '0' && c <= '9') || c == '_';
        }

        return isIdentifier ? name : throw new PlanFormatException(line, "A name is not an identifier.");
    }

    public static string Namespace(string name, int line)
    {
        if (name.Length > 0)
        {
            foreach (string part in name.Split('.'))
            {
                Identifier(part, line);
            }
        }

        return name;
    }

    public static string AsciiIdentifier(string name, int line)
    {
        Identifier(name, line);
        return IdentifierPart(name, line);
    }

    public static string IdentifierPart(string name, int line)
    {
        foreach (char c in name)
        {
            if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
            {
                throw new PlanFormatException(line, "A name has characters other than ASCII letters, digits and '_'.");
            }
        }

        return name.Length <= MaxNameLength ? name : throw new PlanFormatException(line, "A name is too long.");
    }

    /// <summary>Two identifiers with a dot between them.</summary>
    public static string Kernel(string name, int line)
    {
        string[] parts = name.Split('.');
        if (parts.Length != 2)
        {
            throw new PlanFormatException(line, "A name has the form Class.Member.");
        }

        AsciiIdentifier(parts[0], line);
        AsciiIdentifier(parts[1], line);
        return name;
    }
}
