using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Tests.Documentation.Support;

/// <summary>Element types by the names of the specification.</summary>
internal static class ElementNames
{
    private static readonly Dictionary<string, DType> s_types = new(StringComparer.Ordinal)
    {
        ["float"] = DType.F32,
        ["float16"] = DType.F16,
        ["double"] = DType.F64,
        ["bfloat16"] = DType.BF16,
        ["int8"] = DType.I8,
        ["int16"] = DType.I16,
        ["int32"] = DType.I32,
        ["int64"] = DType.I64,
        ["uint8"] = DType.U8,
        ["uint16"] = DType.U16,
        ["uint32"] = DType.U32,
        ["uint64"] = DType.U64,
        ["bool"] = DType.Bool,
        ["float8e4m3fn"] = DType.F8E4M3,
        ["float8e4m3fnuz"] = DType.F8E4M3Uz,
        ["float8e5m2"] = DType.F8E5M2,
        ["float8e5m2fnuz"] = DType.F8E5M2Uz,
        ["float8e8m0"] = DType.F8E8M0,
        ["float4e2m1"] = DType.F4E2M1,
        ["int4"] = DType.I4,
        ["uint4"] = DType.U4,
        ["int2"] = DType.I2,
        ["uint2"] = DType.U2,
        ["string"] = DType.String,
    };

    // Groups that are written as one word, the larger ones first.
    private static readonly (string Name, string[] Members)[] s_groups =
    [
        ("floats", ["float16", "float", "double"]),
        ("signed", ["int8", "int16", "int32", "int64"]),
        ("unsigned", ["uint8", "uint16", "uint32", "uint64"]),
        ("small", ["float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz", "float8e8m0", "float4e2m1", "int4", "uint4", "int2", "uint2"]),
        ("float8", ["float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz"]),
        ("complex", ["complex64", "complex128"]),
    ];

    /// <summary>All of them but strings.</summary>
    public static IEnumerable<string> Numbers => s_types.Keys.Where(k => k != "string");

    /// <summary>Explains the words for several types.</summary>
    public static string Legend => string.Join("; ", s_groups.Select(g => $"{g.Name}: {string.Join(", ", g.Members)}"));

    /// <summary>The element type; undefined for complex numbers, sequences and the like.</summary>
    public static DType Find(string name) => s_types.GetValueOrDefault(name);

    /// <summary>A readable list, with one word where a whole group is meant.</summary>
    public static string List(IReadOnlyCollection<string> names)
    {
        List<string> words = [];
        HashSet<string> left = [.. names];
        foreach ((string group, string[] members) in s_groups)
        {
            if (members.All(left.Contains))
            {
                words.Add(group);
                left.ExceptWith(members);
            }
        }

        words.AddRange(s_types.Keys.Where(left.Remove));
        words.AddRange(left.Order(StringComparer.Ordinal));
        return string.Join(", ", words);
    }
}
