using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Quantized;

/// <summary>The integer micro-kernels that this machine can run, each as a call of the driver.</summary>
internal static unsafe class DotKernels
{
    internal static IEnumerable<string> Supported()
    {
        yield return nameof(ScalarDot);
        if (Vector128Dot.IsSupported)
        {
            yield return nameof(Vector128Dot);
        }

        if (ArmDot.IsSupported)
        {
            yield return nameof(ArmDot);
        }

        if (Avx2Dot.IsSupported)
        {
            yield return nameof(Avx2Dot);
            yield return nameof(Avx2Driver);
        }

        if (Avx512Dot.IsSupported)
        {
            yield return nameof(Avx512Dot);
        }

        if (AvxVnniDot.IsSupported)
        {
            yield return nameof(AvxVnniDot);
        }

        if (VnniTiles.IsSupported)
        {
            yield return nameof(VnniDriver);
        }
    }

    internal static void Run<TEpilogue>(string kernel, DotProblem* problem, ref TEpilogue epilogue)
        where TEpilogue : struct, IDotEpilogue
    {
        switch (kernel)
        {
            case nameof(ScalarDot):
                DotDriver.Run<ScalarDot, TEpilogue>(problem, ref epilogue);
                break;
            case nameof(Vector128Dot):
                DotDriver.Run<Vector128Dot, TEpilogue>(problem, ref epilogue);
                break;
            case nameof(ArmDot):
                DotDriver.Run<ArmDot, TEpilogue>(problem, ref epilogue);
                break;
            case nameof(Avx2Dot):
                DotDriver.Run<Avx2Dot, TEpilogue>(problem, ref epilogue);
                break;
            case nameof(Avx2Driver):
                Avx2Driver.Run(problem, ref epilogue);
                break;
            case nameof(Avx512Dot):
                DotDriver.Run<Avx512Dot, TEpilogue>(problem, ref epilogue);
                break;
            case nameof(AvxVnniDot):
                DotDriver.Run<AvxVnniDot, TEpilogue>(problem, ref epilogue);
                break;
            case nameof(VnniDriver):
                VnniDriver.Run(problem, ref epilogue);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kernel), kernel, null);
        }
    }
}
