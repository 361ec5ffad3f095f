namespace ModelBuild.Kernels;

/// <summary>Beginning and end of a depthwise routine that may use all vectors and the registers rsi and rdi.</summary>
internal static class VnniDepthwiseFrame
{
    private const int FirstSavedVector = 6;
    private const int LastSavedVector = 15;

    /// <summary>Brings the argument to rcx and saves what Windows leaves to the routine.</summary>
    internal static void Enter(Assembler code, bool isWindows)
    {
        code.BranchTarget();
        if (!isWindows)
        {
            code.Move(GeneralRegister.Rcx, GeneralRegister.Rdi);
            return;
        }

        code.Store(Saved(0), GeneralRegister.Rsi);
        code.Store(Saved(8), GeneralRegister.Rdi);
        for (int vector = FirstSavedVector; vector <= LastSavedVector; vector++)
        {
            code.StoreVector128(SavedVector(vector), vector);
        }
    }

    /// <summary>Restores and returns.</summary>
    internal static void Leave(Assembler code, bool isWindows)
    {
        if (isWindows)
        {
            code.Load(GeneralRegister.Rsi, Saved(0));
            code.Load(GeneralRegister.Rdi, Saved(8));
            for (int vector = FirstSavedVector; vector <= LastSavedVector; vector++)
            {
                code.LoadVector128(vector, SavedVector(vector));
            }
        }

        code.ZeroUpper();
        code.Return();
    }

    private static MemoryOperand Saved(int offset) => MemoryOperand.At(GeneralRegister.Rcx, VnniDepthwiseDirectFields.Saved + offset);

    private static MemoryOperand SavedVector(int vector) => Saved(16 + ((vector - FirstSavedVector) * 16));
}
