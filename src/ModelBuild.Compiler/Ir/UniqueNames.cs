using System.Globalization;

namespace ModelBuild.Compiler.Ir;

/// <summary>Names that are taken. A wanted name that is taken gets the next free number, which is found without trying the smaller ones again.</summary>
internal sealed class UniqueNames
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _next = new(StringComparer.Ordinal);

    /// <summary>Takes <paramref name="wanted"/>, or <c>wanted_1</c>, <c>wanted_2</c> and so on where it is taken.</summary>
    public string Make(string wanted)
    {
        if (_taken.Add(wanted))
        {
            return wanted;
        }

        int number = _next.GetValueOrDefault(wanted, 1);
        string name;
        do
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{wanted}_{number++}");
        }
        while (!_taken.Add(name));

        _next[wanted] = number;
        return name;
    }

    /// <summary>Makes a name free again.</summary>
    public void Remove(string name) => _taken.Remove(name);
}
