package io.heddle.console.osgi;

import java.nio.file.Path;
import java.util.Map;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import org.apache.karaf.jaas.boot.ProxyLoginModule;
import org.apache.karaf.jaas.config.JaasRealm;
import org.apache.karaf.jaas.modules.publickey.PublickeyLoginModule;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Who may log in to the console: the holders of the keys in the data folder. The container's own
 * realm would look in the distribution, which several instances may share and nobody may write.
 */
@Component(service = JaasRealm.class, configurationPid = "io.heddle", immediate = true)
public final class ConsoleLogin implements JaasRealm {
  private static final String NAME = "heddle";

  /** Where the keys are. */
  @interface Config {
    String data();
  }

  private final Path keys;
  private final BundleContext context;

  @Activate
  public ConsoleLogin(Config config, BundleContext context) {
    this.keys = Path.of(config.data(), "console", "keys.properties");
    this.context = context;
  }

  @Override
  public String getName() {
    return NAME;
  }

  @Override
  public int getRank() {
    return 0;
  }

  @Override
  public AppConfigurationEntry[] getEntries() {
    var bundle = FrameworkUtil.getBundle(PublickeyLoginModule.class);
    Map<String, Object> options =
        Map.of(
            ProxyLoginModule.PROPERTY_MODULE,
            PublickeyLoginModule.class.getName(),
            ProxyLoginModule.PROPERTY_BUNDLE,
            Long.toString(bundle.getBundleId()),
            BundleContext.class.getName(),
            context,
            "users",
            keys.toString());
    return new AppConfigurationEntry[] {
      new AppConfigurationEntry(
          ProxyLoginModule.class.getName(), LoginModuleControlFlag.REQUIRED, options)
    };
  }
}
