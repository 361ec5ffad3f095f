using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Which epilogues the routines have of their own.</summary>
internal static unsafe class VnniOutput
{
    private static readonly nint s_noBias = MakeNoBias();

    /// <summary>For floats without a bias: adding -0 changes no value, not even -0 itself.</summary>
    internal static float* NoBias => (float*)s_noBias;

    /// <summary>Lets the routines store the output itself; false for an epilogue that they do not have.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Find<TEpilogue>(ref VnniJob job, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        job.Buffer = null;
        if (typeof(TEpilogue) == typeof(DotToU8))
        {
            ref DotToU8 bytes = ref Unsafe.As<TEpilogue, DotToU8>(ref epilogue);
            Set(ref job, VnniTileResult.Bytes, bytes.Y, bytes.Stride, 1);
            Bytes(job.Arguments, ref bytes);
            job.IsWholeRange = IsWholeRange(ref bytes);
            return true;
        }

        if (typeof(TEpilogue) == typeof(DotToF32))
        {
            ref DotToF32 floats = ref Unsafe.As<TEpilogue, DotToF32>(ref epilogue);
            Set(ref job, VnniTileResult.Floats, floats.Y, floats.Stride, sizeof(float));
            return float.IsNegativeInfinity(floats.Low) && float.IsPositiveInfinity(floats.High);
        }

        if (typeof(TEpilogue) == typeof(DotToS32))
        {
            ref DotToS32 integers = ref Unsafe.As<TEpilogue, DotToS32>(ref epilogue);
            Set(ref job, VnniTileResult.Integers, integers.Y, integers.Stride, sizeof(int));
            return true;
        }

        return false;
    }

    /// <summary>The same for all columns of a product, whose scales there are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Find<TEpilogue>(VnniTileArguments* arguments, DotProblem* problem, ref TEpilogue epilogue, out VnniTarget target)
        where TEpilogue : struct, IDotEpilogue
    {
        if (typeof(TEpilogue) == typeof(DotToU8))
        {
            ref DotToU8 bytes = ref Unsafe.As<TEpilogue, DotToU8>(ref epilogue);
            target.Y = bytes.Y;
            target.Step = bytes.Stride;
            target.Element = 1;
            target.Result = IsWholeRange(ref bytes) && AreSmall(problem->Scales, problem->N / DotPanel.Columns) ? VnniTileResult.WholeBytes : VnniTileResult.Bytes;
            Bytes(arguments, ref bytes);
            return true;
        }

        if (typeof(TEpilogue) == typeof(DotToF32))
        {
            ref DotToF32 floats = ref Unsafe.As<TEpilogue, DotToF32>(ref epilogue);
            target.Y = (byte*)floats.Y;
            target.Step = floats.Stride * sizeof(float);
            target.Element = sizeof(float);
            target.Result = VnniTileResult.Floats;
            return float.IsNegativeInfinity(floats.Low) && float.IsPositiveInfinity(floats.High);
        }

        target = default;
        return false;
    }

    /// <summary>What becomes of the sums of some columns, by their scales: see <see cref="VnniTileResult"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static VnniTileResult Bytes(ref VnniJob job, float* scales)
    {
        return !job.IsWholeRange || !AreSmall(scales, job.Panels * job.Groups) ? VnniTileResult.Bytes
            : job.Groups == 1 && job.YStep == job.Panels * DotPanel.Columns ? VnniTileResult.AdjoiningBytes : VnniTileResult.WholeBytes;
    }

    /// <summary>Whether no sum of these columns overflows where it is converted: sums are at most 2^31 in magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool AreSmall(float* scales, int panels)
    {
        Vector512<float> largest = Vector512<float>.Zero;
        for (int panel = 0; panel < panels; panel++)
        {
            largest = Vector512.Max(largest, Vector512.Abs(Vector512.Load(scales + (panel * DotPanel.Columns))));
        }

        // A scale that is no number fails the comparison.
        return Vector512.LessThanAll(largest, Vector512.Create(0.5f));
    }

    /// <summary>Whether the bounds of the bytes are 0 and 255.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsWholeRange(ref DotToU8 bytes) => (int)bytes.Low + bytes.Zero == 0 && (int)bytes.High + bytes.Zero == byte.MaxValue;

    private static void Set(ref VnniJob job, VnniTileResult result, void* y, nint stride, int element)
    {
        job.Result = result;
        job.Y = (byte*)y;
        job.YStep = stride * element;
        job.YElement = element;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Bytes(VnniTileArguments* arguments, ref DotToU8 epilogue)
    {
        arguments->High = epilogue.High;
        Vector512.Create((short)epilogue.Zero).Store(arguments->Zero);
        Vector512.Create((byte)((int)epilogue.Low + epilogue.Zero)).Store(arguments->Low);
        Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15).Store(arguments->Order);
    }

    private static nint MakeNoBias()
    {
        const int Count = VnniTileEmitter.MaxPanels * DotPanel.Columns;
        var values = (float*)NativeMemory.AlignedAlloc(Count * sizeof(float), 64);
        new Span<float>(values, Count).Fill(-0f);
        return (nint)values;
    }
}
