namespace ModelBuild.EndToEnd.Tests;

/// <summary>A test that signals a process group as a terminal does; elsewhere than on Linux it is skipped, and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TerminalFactAttribute : FactAttribute
{
    public TerminalFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
        {
            Skip = "Needs setsid and kill of Linux.";
        }
    }
}
