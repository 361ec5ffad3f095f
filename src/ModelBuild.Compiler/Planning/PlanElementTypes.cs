using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning;

/// <summary>Element types of the graph and of the plan.</summary>
public static class PlanElementTypes
{
    /// <summary>
    /// The plan's type, or null when no kernel can hold it. What C# has no type for is held by its bits, bfloat16 as ushort and smaller numbers as byte, small integers as sbyte or byte,
    /// and a string by its number among the strings of the call.
    /// </summary>
    public static PlanElementType? From(DType type) => DTypes.StorageOf(type) switch
    {
        DType.F32 => PlanElementType.F32,
        DType.F64 => PlanElementType.F64,
        DType.F16 => PlanElementType.F16,
        DType.I8 => PlanElementType.I8,
        DType.U8 => PlanElementType.U8,
        DType.I16 => PlanElementType.I16,
        DType.U16 => PlanElementType.U16,
        DType.I32 => PlanElementType.I32,
        DType.U32 => PlanElementType.U32,
        DType.I64 => PlanElementType.I64,
        DType.U64 => PlanElementType.U64,
        DType.Bool => PlanElementType.Bool,
        _ => null,
    };

    /// <summary>The type of an input or output, which is a string itself where memory of the plan holds its number.</summary>
    public static PlanElementType? OfPort(DType type) => type == DType.String ? PlanElementType.String : From(type);

    /// <summary>The graph's type.</summary>
    public static DType ToDType(PlanElementType type) => type switch
    {
        PlanElementType.F32 => DType.F32,
        PlanElementType.F64 => DType.F64,
        PlanElementType.F16 => DType.F16,
        PlanElementType.I8 => DType.I8,
        PlanElementType.U8 => DType.U8,
        PlanElementType.I16 => DType.I16,
        PlanElementType.U16 => DType.U16,
        PlanElementType.I32 => DType.I32,
        PlanElementType.U32 => DType.U32,
        PlanElementType.I64 => DType.I64,
        PlanElementType.U64 => DType.U64,
        PlanElementType.String => DType.String,
        _ => DType.Bool,
    };

    /// <summary>The C# type of one element.</summary>
    public static Type ToClrType(PlanElementType type) => type switch
    {
        PlanElementType.F32 => typeof(float),
        PlanElementType.F64 => typeof(double),
        PlanElementType.F16 => typeof(Half),
        PlanElementType.I8 => typeof(sbyte),
        PlanElementType.U8 => typeof(byte),
        PlanElementType.I16 => typeof(short),
        PlanElementType.U16 => typeof(ushort),
        PlanElementType.I32 => typeof(int),
        PlanElementType.U32 => typeof(uint),
        PlanElementType.I64 => typeof(long),
        PlanElementType.U64 => typeof(ulong),
        PlanElementType.String => typeof(string),
        _ => typeof(bool),
    };
}
