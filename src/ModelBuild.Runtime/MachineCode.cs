using ModelBuild.Kernels;

namespace ModelBuild;

/// <summary>
/// Whether the kernels use machine code that this library writes into memory at run time: the 512-bit integer dot product, for which .NET 10 has no class.
/// The switch <c>ModelBuild.MachineCode</c> (in a project file <c>&lt;ModelBuildMachineCode&gt;false&lt;/ModelBuildMachineCode&gt;</c>) or the environment
/// variable <c>MODELBUILD_MACHINECODE=0</c> turns it off; results are the same bits either way.
/// </summary>
public static class MachineCode
{
    /// <summary>Whether it is used.</summary>
    public static bool IsActive => MachineCodeSupport.IsAvailable;

    /// <summary>One line: what is used, or why nothing is.</summary>
    public static string Status => MachineCodeSupport.Status;
}
