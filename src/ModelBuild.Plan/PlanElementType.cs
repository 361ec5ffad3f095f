namespace ModelBuild.Plan;

/// <summary>Element type of a plan operand; its text form is the lower-case name.</summary>
public enum PlanElementType
{
    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>IEEE 754 binary64.</summary>
    F64,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>8-bit signed integer.</summary>
    I8,

    /// <summary>8-bit unsigned integer.</summary>
    U8,

    /// <summary>16-bit signed integer.</summary>
    I16,

    /// <summary>16-bit unsigned integer.</summary>
    U16,

    /// <summary>32-bit signed integer.</summary>
    I32,

    /// <summary>32-bit unsigned integer.</summary>
    U32,

    /// <summary>64-bit signed integer.</summary>
    I64,

    /// <summary>64-bit unsigned integer.</summary>
    U64,

    /// <summary>One byte, zero or one.</summary>
    Bool,

    /// <summary>A string; for inputs and outputs only. Elsewhere an <see cref="I32"/> stands for it, its number among the strings of the call.</summary>
    String,
}
