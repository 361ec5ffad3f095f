using System.Numerics;
using System.Runtime.InteropServices;
using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>
/// Conversion of element types. Floating point to integer truncates toward zero, saturates outside of the range, and NaN gives 0 (ONNX leaves both open).
/// Integer to integer, and any number to an integer of 4 or 2 bits, keeps the low bits (the ONNX backend tests have it so). To a narrower floating point: to nearest even, infinity beyond the range.
/// </summary>
internal static class CastConversion
{
    /// <summary>True for element types that can be converted.</summary>
    public static bool Takes(DType type) => DTypes.IsFloat(type) || DTypes.IsInteger(type) || DTypes.IsSmallFloat(type) || type == DType.Bool;

    /// <summary>True unless attribute <c>saturate</c> says that numbers outside of a small type's range become infinity or NaN.</summary>
    public static bool Saturates(Node node) => node.Attributes.GetInt("saturate", 1) != 0;

    /// <summary>How powers of 2 are rounded, by attribute <c>round_mode</c>.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">There is no such mode (MDB2002).</exception>
    public static PowerRounding Rounding(Node node) => node.Attributes.GetString("round_mode", "up") switch
    {
        "up" => PowerRounding.Up,
        "down" => PowerRounding.Down,
        "nearest" => PowerRounding.Nearest,
        string other => throw NodeErrors.Attribute(node, "round_mode", other, "ONNX has no such mode."),
    };

    /// <summary>A converted copy.</summary>
    public static Tensor Run(Node node, Tensor x, DType to)
    {
        if (!Takes(to) || !Takes(x.DType))
        {
            throw NodeErrors.Type(node, $"elements of type {x.DType} cannot be converted to {to}.");
        }

        Results.Check(node, to, x.Dims);
        return x.DType switch
        {
            _ when x.DType == to => x,
            DType.BF16 => Run(node, BFloat16.Widen(x), to),
            DType.Bool => Run(node, new Tensor(DType.U8, x.Dims, x.Bytes.ToArray()), to),
            _ when DTypes.IsSmallInteger(x.DType) => Run(node, x.As(DTypes.StorageOf(x.DType)), to),
            _ when DTypes.IsSmallFloat(x.DType) => Run(node, Tensor.Create<float>([.. x.ToDoubleArray().Select(v => (float)v)], x.Dims), to),
            _ => To(node, x, to),
        };
    }

    private static Tensor To(Node node, Tensor x, DType to)
    {
        switch (to)
        {
            case DType.Bool:
                return new Tensor(DType.Bool, x.Dims, [.. x.ToDoubleArray().Select(v => v != 0 ? (byte)1 : (byte)0)]);
            case DType.BF16:
                return BFloat16.Narrow(Run(node, x, DType.F32));
            case DType.U4 or DType.U2:
                return new Tensor(to, x.Dims, [.. Whole(node, x).Select(v => (byte)(v & ((1 << DTypes.PackedBits(to)) - 1)))]);
            case DType.I4 or DType.I2:
                int sign = 1 << (DTypes.PackedBits(to) - 1);
                return new Tensor(to, x.Dims, [.. Whole(node, x).Select(v => (byte)(((v & ((2 * sign) - 1)) ^ sign) - sign))]);
            case DType when DTypes.IsSmallFloat(to):
                bool saturates = Saturates(node);
                string mode = Rounding(node).ToString().ToLowerInvariant();
                return new Tensor(to, x.Dims, [.. Run(node, x, DType.F32).Span<float>().ToArray().Select(v => SmallFloatBits.Encode(v, to, saturates, mode))]);
            default:
                return ElementTypes.Dispatch(node, x.DType, new From(node, x, to));
        }
    }

    // Toward zero; NaN gives 0.
    private static IEnumerable<long> Whole(Node node, Tensor x) => DTypes.IsFloat(x.DType)
        ? x.ToDoubleArray().Select(v => double.IsNaN(v) ? 0 : (long)Math.Clamp(v, long.MinValue, long.MaxValue))
        : Run(node, x, DType.I64).ToInt64Array();

    private readonly record struct From(Node Node, Tensor X, DType To) : INumericFunction
    {
        public Tensor Invoke<T>()
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => ElementTypes.Dispatch(Node, To, new Both<T>(X, To));
    }

    private readonly record struct Both<TFrom>(Tensor X, DType To) : INumericFunction
        where TFrom : unmanaged, INumber<TFrom>
    {
        public Tensor Invoke<T>()
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            Tensor y = new(To, X.Dims);
            bool saturate = !IntegerMath.IsInteger<TFrom>() && IntegerMath.IsInteger<T>();
            ReadOnlySpan<TFrom> from = MemoryMarshal.Cast<byte, TFrom>(X.Bytes);
            Span<T> to = y.MutableSpan<T>();
            for (int i = 0; i < to.Length; i++)
            {
                to[i] = saturate ? T.CreateSaturating(from[i]) : T.CreateTruncating(from[i]);
            }

            return y;
        }
    }
}
