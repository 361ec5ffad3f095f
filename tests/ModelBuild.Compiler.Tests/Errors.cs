using ModelBuild.Compiler.Diagnostics;

namespace ModelBuild.Compiler.Tests;

/// <summary>Asserts that something stops with one diagnostic.</summary>
internal static class Errors
{
    /// <summary>Runs the action, checks the code and returns the message.</summary>
    public static string Expect(DiagnosticDescriptor descriptor, Action action)
    {
        ModelBuildException e = Assert.Throws<ModelBuildException>(action);
        Assert.Equal(descriptor.Code, Assert.Single(e.Diagnostics).Descriptor.Code);
        return e.Message;
    }
}
