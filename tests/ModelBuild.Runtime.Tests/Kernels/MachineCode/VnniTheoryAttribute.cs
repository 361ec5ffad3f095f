using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.MachineCode;

/// <summary>A theory that runs generated routines: it is skipped, and says why, where they are not used.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class VnniTheoryAttribute : TheoryAttribute
{
    public VnniTheoryAttribute()
    {
        if (!MachineCodeSupport.IsAvailable)
        {
            Skip = MachineCodeSupport.Status;
        }
    }
}
