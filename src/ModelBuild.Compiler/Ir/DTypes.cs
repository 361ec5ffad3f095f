namespace ModelBuild.Compiler.Ir;

/// <summary>Facts about element types.</summary>
public static class DTypes
{
    /// <summary>Bytes of one element as <see cref="Tensor"/> stores it; types of 4 and 2 bits take one byte each, a string its number (see <see cref="StringIds"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">An undefined type has no size.</exception>
    public static int SizeOf(DType type) => type switch
    {
        DType.U8 or DType.I8 or DType.Bool or DType.U4 or DType.I4 or DType.U2 or DType.I2 => 1,
        DType.F8E4M3 or DType.F8E4M3Uz or DType.F8E5M2 or DType.F8E5M2Uz or DType.F8E8M0 or DType.F4E2M1 => 1,
        DType.U16 or DType.I16 or DType.F16 or DType.BF16 => 2,
        DType.F32 or DType.I32 or DType.U32 or DType.String => 4,
        DType.F64 or DType.I64 or DType.U64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "The type has no fixed size."),
    };

    /// <summary>True for binary16, bfloat16, binary32 and binary64.</summary>
    public static bool IsFloat(DType type) => type is DType.F32 or DType.F64 or DType.F16 or DType.BF16;

    /// <summary>True for floating-point numbers of 8 and fewer bits, which are stored, moved and converted, but not computed with.</summary>
    public static bool IsSmallFloat(DType type) => type is DType.F8E4M3 or DType.F8E4M3Uz or DType.F8E5M2 or DType.F8E5M2Uz or DType.F8E8M0 or DType.F4E2M1;

    /// <summary>True for integers of 4 and 2 bits, which are stored, moved and converted, but not computed with.</summary>
    public static bool IsSmallInteger(DType type) => type is DType.U4 or DType.I4 or DType.U2 or DType.I2;

    /// <summary>The type with a C# form whose memory holds an element: its bits, a small integer as one of 8 bits, or the number that stands for a string.</summary>
    public static DType StorageOf(DType type) => type switch
    {
        DType.BF16 => DType.U16,
        DType.String => DType.I32,
        DType.I4 or DType.I2 => DType.I8,
        _ => IsSmallFloat(type) || IsSmallInteger(type) ? DType.U8 : type,
    };

    /// <summary>Bits of an element in a file where several share a byte; else 0.</summary>
    public static int PackedBits(DType type) => type switch
    {
        DType.U4 or DType.I4 or DType.F4E2M1 => 4,
        DType.U2 or DType.I2 => 2,
        _ => 0,
    };

    /// <summary>True for signed and unsigned integers (not bool).</summary>
    public static bool IsInteger(DType type) => type is DType.U8 or DType.I8 or DType.U16 or DType.I16 or DType.I32 or DType.I64 or DType.U32 or DType.U64 || IsSmallInteger(type);

    /// <summary>The element type that corresponds to a C# type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No element type has this C# form.</exception>
    public static DType Of<T>()
        where T : unmanaged
    {
        return default(T) switch
        {
            float => DType.F32,
            double => DType.F64,
            Half => DType.F16,
            sbyte => DType.I8,
            byte => DType.U8,
            short => DType.I16,
            ushort => DType.U16,
            int => DType.I32,
            uint => DType.U32,
            long => DType.I64,
            ulong => DType.U64,
            bool => DType.Bool,
            _ => throw new ArgumentOutOfRangeException(nameof(T), typeof(T), "No element type corresponds to it."),
        };
    }
}
