using Microsoft.ML.OnnxRuntime.Tensors;

namespace ModelBuild.OnnxRuntime;

/// <summary>Element types in ONNX Runtime's terms.</summary>
internal static class ElementTypes
{
    public static TensorElementType ToOnnx(ElementType type) => type switch
    {
        ElementType.Float32 => TensorElementType.Float,
        ElementType.Float64 => TensorElementType.Double,
        ElementType.Float16 => TensorElementType.Float16,
        ElementType.Int8 => TensorElementType.Int8,
        ElementType.UInt8 => TensorElementType.UInt8,
        ElementType.Int16 => TensorElementType.Int16,
        ElementType.UInt16 => TensorElementType.UInt16,
        ElementType.Int32 => TensorElementType.Int32,
        ElementType.UInt32 => TensorElementType.UInt32,
        ElementType.Int64 => TensorElementType.Int64,
        ElementType.UInt64 => TensorElementType.UInt64,
        ElementType.Bool => TensorElementType.Bool,
        ElementType.String => TensorElementType.String,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type."),
    };

    public static int SizeOf(ElementType type) => type switch
    {
        ElementType.Float64 or ElementType.Int64 or ElementType.UInt64 => 8,
        ElementType.Float32 or ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Float16 or ElementType.Int16 or ElementType.UInt16 => 2,
        _ => 1,
    };

    /// <summary>Whether a span of <typeparamref name="T"/> holds elements of <paramref name="type"/>.</summary>
    public static bool Is<T>(ElementType type) => type switch
    {
        ElementType.Float32 => typeof(T) == typeof(float),
        ElementType.Float64 => typeof(T) == typeof(double),
        ElementType.Float16 => typeof(T) == typeof(Half),
        ElementType.Int8 => typeof(T) == typeof(sbyte),
        ElementType.UInt8 => typeof(T) == typeof(byte),
        ElementType.Int16 => typeof(T) == typeof(short),
        ElementType.UInt16 => typeof(T) == typeof(ushort),
        ElementType.Int32 => typeof(T) == typeof(int),
        ElementType.UInt32 => typeof(T) == typeof(uint),
        ElementType.Int64 => typeof(T) == typeof(long),
        ElementType.UInt64 => typeof(T) == typeof(ulong),
        ElementType.Bool => typeof(T) == typeof(bool),
        ElementType.String => typeof(T) == typeof(string),
        _ => false,
    };
}
