using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>Checks of element types, and the choice of the C# type for one.</summary>
internal static class ElementTypes
{
    private const string Hint = "Export the model with float32 elements, or set Runtime=\"onnxruntime\".";

    /// <summary>True for integers and floating-point numbers that arithmetic operators take.</summary>
    public static bool IsNumeric(DType type) => DTypes.IsFloat(type) || IsInteger(type);

    /// <summary>True for integers of 8 bits and more.</summary>
    public static bool IsInteger(DType type) => DTypes.IsInteger(type) && !DTypes.IsSmallInteger(type);

    /// <summary>Checks an input's element type where it is known.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">The type is not allowed (MDB2003).</exception>
    public static void Require(Node node, int input, DType type, Func<DType, bool> allowed, string what)
    {
        if (type != DType.Undefined && !allowed(type))
        {
            throw NodeErrors.Invalid(node, $"input {input} has elements of type {type}; {what} are needed.");
        }
    }

    /// <summary>Checks that two element types are the same where both are known, and returns the known one.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">They differ (MDB2003).</exception>
    public static DType Same(Node node, DType a, DType b)
    {
        if (a == DType.Undefined || b == DType.Undefined || a == b)
        {
            return a == DType.Undefined ? b : a;
        }

        throw NodeErrors.Invalid(node, $"inputs have elements of types {a} and {b}; they must be the same.");
    }

    /// <summary>Checks that a tensor of indices or sizes has integers of 32 or 64 bits.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">It has others (MDB2003).</exception>
    public static void RequireIndex(Node node, int input, DType type) => Require(node, input, type, t => t is DType.I32 or DType.I64, "int32 or int64 elements");

    /// <summary>Runs a computation with the C# type of an element type.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">The type is not numeric (MDB3003).</exception>
    public static Tensor Dispatch<TFunction>(Node node, DType type, TFunction function)
        where TFunction : INumericFunction => type switch
        {
            DType.F32 => function.Invoke<float>(),
            DType.F64 => function.Invoke<double>(),
            DType.F16 => function.Invoke<Half>(),
            DType.I8 => function.Invoke<sbyte>(),
            DType.U8 => function.Invoke<byte>(),
            DType.I16 => function.Invoke<short>(),
            DType.U16 => function.Invoke<ushort>(),
            DType.I32 => function.Invoke<int>(),
            DType.U32 => function.Invoke<uint>(),
            DType.I64 => function.Invoke<long>(),
            DType.U64 => function.Invoke<ulong>(),
            _ => throw NodeErrors.Type(node, $"cannot be computed with elements of type {type}."),
        };

    /// <summary>Stops where a kernel for other types than binary32 is needed.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">The type is another one (MDB3003).</exception>
    public static void RequireF32Kernel(Node node, DType type)
    {
        if (type != DType.F32)
        {
            throw NoKernel(node, type);
        }
    }

    /// <summary>Stops where elements cannot be held in memory of a plan, or are not numbers.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">No kernel computes with the type (MDB3003).</exception>
    public static void RequireNumericKernel(Node node, DType type)
    {
        if (!IsNumeric(type) || type == DType.BF16)
        {
            throw NoKernel(node, type);
        }
    }

    /// <summary>Stops where elements cannot be held in memory of a plan.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">No kernel moves the type (MDB3003).</exception>
    public static void RequireMovable(Node node, DType type)
    {
        if (type == DType.Undefined)
        {
            throw NoKernel(node, type);
        }
    }

    /// <summary>No kernel computes with the type.</summary>
    public static Exception NoKernel(Node node, DType type) => NodeErrors.Type(node, $"there is no kernel for elements of type {type}. {Hint}");
}
