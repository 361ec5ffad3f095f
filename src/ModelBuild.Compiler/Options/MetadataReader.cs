using System.Globalization;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Options;

/// <summary>Reads single values of a <c>DeployModel</c> item and collects the faults, so that all are reported together.</summary>
/// <param name="metadata">Texts by names; upper and lower case are one.</param>
/// <param name="projectFolder">Base of relative paths.</param>
internal sealed class MetadataReader(IReadOnlyDictionary<string, string> metadata, string projectFolder)
{
    // Every element is an input of the predictor.
    private const int MaxLength = 1024;

    private static readonly string[] s_off = ["", "none"];

    private readonly List<Diagnostic> _faults = [];

    public void CheckNames()
    {
        foreach (string name in metadata.Keys.Order(StringComparer.Ordinal))
        {
            bool known = MetadataNames.All.Contains(name, StringComparer.OrdinalIgnoreCase) || MetadataNames.Ignored.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith('_');
            if (!known)
            {
                string? nearest = NearestName.Find(name, MetadataNames.All);
                Fault(name, $"DeployModel has no metadata '{name}'. {(nearest is null ? $"Known are: {string.Join(", ", MetadataNames.All)}." : $"Did you mean '{nearest}'?")}");
            }
        }
    }

    public void ThrowIfFaulty()
    {
        if (_faults.Count > 0)
        {
            throw new ModelBuildException(_faults);
        }
    }

    public void RefuseForOnnxRuntime(string name, string reason)
    {
        if (Text(name) is { } text)
        {
            _faults.Add(Diagnostic.InSetting(Descriptors.RuntimeMismatch, name, $"{name}=\"{text}\" cannot be used with Runtime=\"onnxruntime\": {reason}. Remove it, or use Runtime=\"generated\"."));
        }
    }

    public void RefuseRangesForOnnxRuntime(IReadOnlyDictionary<string, SizeRange> ranges)
    {
        foreach ((string name, SizeRange range) in ranges)
        {
            _faults.Add(Diagnostic.InSetting(
                Descriptors.RuntimeMismatch, MetadataNames.Dims, $"Dims=\"{name}={range}\" cannot be used with Runtime=\"onnxruntime\", which takes fixed sizes. Give one size, or use Runtime=\"generated\"."));
        }
    }

    // A limit that nothing is measured against would look as if it were kept.
    public void RequireMeasuredAccuracy()
    {
        bool verifies = !s_off.Contains(Text(MetadataNames.Verify) ?? "numeric", StringComparer.OrdinalIgnoreCase);
        string? fault = Text(MetadataNames.ValidationData) is null ? "needs ValidationData: without labelled samples no accuracy is measured. Give them, or leave it out."
            : verifies ? null
            : "has no effect with Verify=\"none\". Leave one of them out.";
        string? setting = Text(MetadataNames.MaxAccuracyDrop) is not null ? MetadataNames.MaxAccuracyDrop : verifies || Text(MetadataNames.ValidationData) is null ? null : MetadataNames.ValidationData;
        if (fault is not null && setting is not null && _faults.Count == 0)
        {
            _faults.Add(Diagnostic.InSetting(Descriptors.InvalidValidationData, setting, $"{setting} {fault}"));
        }
    }

    public string? Text(string name) =>
        metadata.FirstOrDefault(p => string.Equals(p.Key, name, StringComparison.OrdinalIgnoreCase)).Value?.Trim() is { Length: > 0 } text ? text : null;

    public string Choice(string name, string defaultValue, string[] values)
    {
        string text = Text(name) ?? defaultValue;
        string? value = values.FirstOrDefault(v => string.Equals(v, text, StringComparison.OrdinalIgnoreCase));
        return value ?? Unknown(name, text, values, defaultValue);
    }

    public string? Scheme(string name, IReadOnlyList<string> names, Func<string, string?> check)
    {
        string? text = Text(name);
        if (text is null || s_off.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            return null;
        }

        string scheme = text.Split(':', 2)[0];
        if (!names.Contains(scheme, StringComparer.OrdinalIgnoreCase) && !names.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            return Unknown(name, text, [.. names, "none"], "");
        }

        if (check(text) is { } fault)
        {
            Fault(name, $"{name}=\"{text}\": {fault}");
        }

        return text;
    }

    public string Identifier(string name, string value)
    {
        if (!IsIdentifier(value))
        {
            Fault(name, $"{name}=\"{value}\" is not a C# identifier: letters, digits and underscores, no digit first, and no keyword.");
        }

        return value;
    }

    public string Namespace(string name, string defaultValue)
    {
        string value = Text(name) ?? defaultValue;
        if (value.Length > 0 && !value.Split('.').All(IsIdentifier))
        {
            Fault(name, $"{name}=\"{value}\" is not a namespace.");
        }

        return value;
    }

    public IReadOnlyDictionary<string, string> Names(string name)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (string entry in List(name))
        {
            int equals = entry.LastIndexOf('=');
            if (equals <= 0 || !IsIdentifier(entry[(equals + 1)..].Trim()))
            {
                Fault(name, $"{name}: '{entry}' must be 'name-in-the-model=CSharpName'.");
                continue;
            }

            names[entry[..equals].Trim()] = entry[(equals + 1)..].Trim();
        }

        return names;
    }

    public IReadOnlyDictionary<string, long?> Dims(out Dictionary<string, SizeRange> ranges)
    {
        Dictionary<string, long?> dims = new(StringComparer.Ordinal);
        ranges = new Dictionary<string, SizeRange>(StringComparer.Ordinal);
        foreach (string entry in List(MetadataNames.Dims))
        {
            string[] parts = entry.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts.Length == 2 && parts[1] == "*")
            {
                dims[parts[0]] = null;
            }
            else if (parts.Length == 2 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long size) && size is > 0 and <= int.MaxValue)
            {
                dims[parts[0]] = size;
            }
            else if (parts.Length == 2 && SizeRange.TryParse(parts[1]) is { } range)
            {
                ranges[parts[0]] = range;
            }
            else
            {
                Fault(MetadataNames.Dims, $"Dims: '{entry}' must be 'name=size' with a size from 1, 'name=1..512' or 'name=*' for a size that is given with every call.");
            }
        }

        return dims;
    }

    public IReadOnlyDictionary<string, int> Lengths()
    {
        Dictionary<string, int> lengths = new(StringComparer.Ordinal);
        foreach (string entry in List(MetadataNames.Lengths))
        {
            int equals = entry.LastIndexOf('=');
            if (equals <= 0 || !int.TryParse(entry[(equals + 1)..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length > MaxLength)
            {
                Fault(MetadataNames.Lengths, $"Lengths: '{entry}' must be 'name=number' with a number from 0 to {MaxLength}.");
                continue;
            }

            lengths[entry[..equals].Trim()] = length;
        }

        return lengths;
    }

    public IReadOnlyList<string> List(string name) => Text(name)?.Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    public string? File(string name, DiagnosticDescriptor missing)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        string path = Path.GetFullPath(Path.Combine(projectFolder, text.Replace('\\', Path.DirectorySeparatorChar)));
        if (!System.IO.File.Exists(path))
        {
            _faults.Add(Diagnostic.InSetting(missing, name, $"{name} '{text}' does not exist. Paths are relative to the project."));
        }

        return path;
    }

    public long? Number(string name, long minimum, long maximum)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value >= minimum && value <= maximum)
        {
            return value;
        }

        Fault(name, $"{name}=\"{text}\" must be a whole number from {minimum} to {maximum}.");
        return null;
    }

    public double? Fraction(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is >= 0 and <= 1)
        {
            return value;
        }

        Fault(name, $"{name}=\"{text}\" must be a number from 0 to 1; 0.01 is one percentage point.");
        return null;
    }

    public long? Size(string name, long kilo)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        string digits = text.TrimEnd('B', 'b').TrimEnd();
        long unit = 1;
        if (digits.Length > 0 && "kKmMgG".Contains(digits[^1], StringComparison.Ordinal))
        {
            unit = char.ToLowerInvariant(digits[^1]) switch { 'k' => kilo, 'm' => kilo * kilo, _ => kilo * kilo * kilo };
            digits = digits[..^1].TrimEnd();
        }

        if (double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value * unit < long.MaxValue)
        {
            return (long)(value * unit);
        }

        Fault(name, $"{name}=\"{text}\" must be a number with an optional K, M or G, for example 256K or 1.5M.");
        return null;
    }

    public string? Tolerance()
    {
        string? text = Text(MetadataNames.Tolerance);
        if (text is not null && Verification.Tolerance.TryParse(text) is null)
        {
            Fault(MetadataNames.Tolerance, $"Tolerance=\"{text}\" must be like 'abs=1e-4;rel=1e-3', 'sqnr=30' or 'equal=0.9'.");
        }

        return text;
    }

    private static bool IsIdentifier(string text) =>
        text.Length is > 0 and <= 256 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !CSharpKeywords.Contains(text);

    private string Unknown(string name, string text, string[] values, string result)
    {
        // A scheme's name ends at its parameter.
        string? nearest = NearestName.Find(text, values) ?? NearestName.Find(text.Split(':')[0], values);
        Fault(name, $"Unknown value {name}=\"{text}\"; use {string.Join(", ", values)}.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}");
        return result;
    }

    private void Fault(string name, string message) => _faults.Add(Diagnostic.InSetting(Descriptors.UnknownMetadata, name, message));
}
